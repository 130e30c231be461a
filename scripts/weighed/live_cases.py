"""The runs that `memwizard run` is measured by as it comes: kinds and shapes that no term was written by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scripts.weighed.cases import IDS, LORA, MODELS, QLORA, TWO

LIVE_MODELS: dict[str, dict[str, Any]] = {
    "llama-145m": {
        "model_type": "llama", "hidden_size": 896, "intermediate_size": 2432, "num_hidden_layers": 9,
        "num_attention_heads": 14, "num_key_value_heads": 2, "tie_word_embeddings": False, "dtype": "float32", **IDS,
    },
    "qwen3-63m-tied": {
        "model_type": "qwen3", "hidden_size": 576, "intermediate_size": 1728, "num_hidden_layers": 11, "head_dim": 64,
        "num_attention_heads": 9, "num_key_value_heads": 3, "tie_word_embeddings": True, "dtype": "bfloat16", **IDS,
    },
    "qwen2-150m": {
        "model_type": "qwen2", "hidden_size": 832, "intermediate_size": 2304, "num_hidden_layers": 12,
        "num_attention_heads": 13, "num_key_value_heads": 13, "tie_word_embeddings": False, "dtype": "bfloat16", **IDS,
    },
    "olmo2-100m": {
        "model_type": "olmo2", "hidden_size": 640, "intermediate_size": 2048, "num_hidden_layers": 10,
        "num_attention_heads": 10, "num_key_value_heads": 10, "tie_word_embeddings": False, "dtype": "float32", **IDS,
    },
    "llama-110m-tied": MODELS["llama-110m-tied"],
    "mistral-90m": {
        "model_type": "mistral", "hidden_size": 704, "intermediate_size": 2112, "num_hidden_layers": 10,
        "num_attention_heads": 11, "num_key_value_heads": 11, "head_dim": 64, "tie_word_embeddings": False,
        "dtype": "bfloat16", **IDS,
    },
    "phi3-120m": {
        "model_type": "phi3", "hidden_size": 768, "intermediate_size": 2304, "num_hidden_layers": 11,
        "num_attention_heads": 12, "num_key_value_heads": 4, "tie_word_embeddings": False, "dtype": "float32", **IDS,
    },
    "gemma2-80m": {
        "model_type": "gemma2", "hidden_size": 640, "intermediate_size": 1920, "num_hidden_layers": 10,
        "num_attention_heads": 10, "num_key_value_heads": 5, "head_dim": 64, "query_pre_attn_scalar": 64,
        "tie_word_embeddings": True, "dtype": "float32", **IDS,
    },
}  # fmt: skip
_PAIRS = {
    "path": "pairs.jsonl", "ds_type": "json", "split": "train",
    "type": {
        "field_prompt": "prompt", "field_chosen": "chosen", "field_rejected": "rejected",
        "prompt_format": "{prompt}", "chosen_format": "{chosen}", "rejected_format": "{rejected}",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Live:
    """One run. `changes`: to `TRAINED`, None takes a key out. `launcher`: by Axolotl's name of it, None as it comes."""

    name: str
    model: str
    changes: dict[str, Any] = field(default_factory=dict)
    launcher: str | None = None


LIVE: tuple[Live, ...] = (
    Live("full", "llama-145m", {"sequence_len": 320, "micro_batch_size": 2}),
    Live("full-accumulated", "qwen3-63m-tied", {
        "gradient_accumulation_steps": 3, "sequence_len": 448, "max_steps": 3,
    }),
    Live("full-evaluated", "qwen3-63m-tied", {**TWO, "val_set_size": 24, "eval_steps": 1, "eval_batch_size": 12}),
    Live("full-chunked", "qwen2-150m", {**TWO, "chunked_cross_entropy": True, "sequence_len": 768}),
    Live("full-long", "llama-145m", {**TWO, "sequence_len": 1280, "gradient_checkpointing": True}),
    Live("full-adafactor", "olmo2-100m", {"optimizer": "adafactor", "sequence_len": 384, "max_steps": 3}),
    Live("lora", "qwen2-150m", {**LORA, "lora_r": 24, "sequence_len": 512, "micro_batch_size": 2}),
    Live("lora-chunked", "olmo2-100m", {
        **LORA, **TWO, "chunked_cross_entropy": True, "sequence_len": 512, "micro_batch_size": 3,
    }),
    Live("qlora", "qwen2-150m", {**QLORA, "sequence_len": 640, "max_steps": 3}),
    Live("qlora-python", "qwen3-63m-tied", {**QLORA, **TWO, "sequence_len": 1536, "lora_r": 32}, "python"),
    Live("qlora-short", "llama-145m", {**QLORA, "sequence_len": 256}, "python"),
    Live("qlora-again", "llama-110m-tied", {**QLORA}, "python"),
    Live("full-mistral", "mistral-90m", {
        **TWO, "sequence_len": 608, "gradient_accumulation_steps": 2, "gradient_checkpointing": True,
    }),
    Live("lora-phi", "phi3-120m", {**LORA, "lora_r": 12, "sequence_len": 352, "micro_batch_size": 3}),
    Live("lora-gemma", "gemma2-80m", {**LORA, **TWO, "sequence_len": 480, "attn_implementation": "eager"}),
    Live("qlora-mistral", "mistral-90m", {**QLORA, **TWO, "sequence_len": 416, "lora_r": 8}, "python"),
    Live("qlora-workers", "phi3-120m", {**QLORA, "sequence_len": 288, "dataloader_num_workers": 2}),
    Live("full-worker", "qwen3-63m-tied", {"sequence_len": 200, "dataloader_num_workers": None}),
    Live("full-worker-fp32", "gemma2-80m", {"sequence_len": 330, "dataloader_num_workers": 1}, "python"),
    Live("lora-worker", "mistral-90m", {**LORA, "sequence_len": 230, "dataloader_num_workers": None}),
    Live("full-evaluated-worker", "olmo2-100m", {
        "sequence_len": 300, "val_set_size": 16, "eval_steps": 2, "eval_batch_size": 6, "dataloader_num_workers": None,
    }),
    Live("lora-accumulated-worker", "gemma2-80m", {
        **LORA, "sequence_len": 270, "gradient_accumulation_steps": 2, "micro_batch_size": 2,
        "dataloader_num_workers": None,
    }, "python"),
    Live("dpo", "qwen3-63m-tied", {
        **LORA, **TWO, "rl": "dpo", "sequence_len": 512, "pad_to_sequence_len": None, "datasets": [_PAIRS],
    }),
)  # fmt: skip
