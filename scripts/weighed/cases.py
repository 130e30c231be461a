"""The runs that are weighed: small models, large enough that what they hold stands out of what a process is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scripts.deaths.cases import BASE

IDS = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "vocab_size": 32000, "max_position_embeddings": 2048}
MODELS: dict[str, dict[str, Any]] = {
    "llama-60m": {
        "model_type": "llama", "hidden_size": 512, "intermediate_size": 1536, "num_hidden_layers": 8,
        "num_attention_heads": 8, "num_key_value_heads": 8, "tie_word_embeddings": False, "dtype": "float32", **IDS,
    },
    "llama-110m-tied": {
        "model_type": "llama", "hidden_size": 768, "intermediate_size": 2048, "num_hidden_layers": 12,
        "num_attention_heads": 12, "num_key_value_heads": 4, "tie_word_embeddings": True, "dtype": "bfloat16", **IDS,
    },
    "qwen2-220m": {
        "model_type": "qwen2", "hidden_size": 1024, "intermediate_size": 2816, "num_hidden_layers": 14,
        "num_attention_heads": 16, "num_key_value_heads": 4, "tie_word_embeddings": False, "dtype": "bfloat16", **IDS,
    },
    "llama-254m": {
        "model_type": "llama", "hidden_size": 1152, "intermediate_size": 3584, "num_hidden_layers": 11,
        "num_attention_heads": 18, "num_key_value_heads": 9, "tie_word_embeddings": False, "dtype": "float32", **IDS,
    },
    "qwen3-120m-tied": {
        "model_type": "qwen3", "hidden_size": 640, "intermediate_size": 2304, "num_hidden_layers": 16, "head_dim": 64,
        "num_attention_heads": 12, "num_key_value_heads": 3, "tie_word_embeddings": True, "dtype": "float32", **IDS,
    },
    "mistral-95m": {
        "model_type": "mistral", "hidden_size": 704, "intermediate_size": 2560, "num_hidden_layers": 7,
        "num_attention_heads": 11, "num_key_value_heads": 1, "head_dim": 64, "tie_word_embeddings": False,
        "sliding_window": None, "dtype": "float32", **IDS,
    },
    "qwen2-54m-tied": {
        "model_type": "qwen2", "hidden_size": 384, "intermediate_size": 1920, "num_hidden_layers": 16,
        "num_attention_heads": 6, "num_key_value_heads": 2, "tie_word_embeddings": True, "dtype": "bfloat16", **IDS,
    },
}  # fmt: skip
LORA = {"adapter": "lora", "lora_r": 16, "lora_alpha": 32, "lora_target_linear": True}
QLORA = {**LORA, "adapter": "qlora", "load_in_4bit": True}
TWO = {"max_steps": 2, "save_steps": 2}
ROWS = 4000


@dataclass(frozen=True)
class Weighed:
    """One run. `changes`: to `TRAINED`, None takes a key out. `merges`: whether `axolotl merge-lora` follows."""

    name: str
    model: str
    changes: dict[str, Any] = field(default_factory=dict)
    merges: bool = False


TRAINED: dict[str, Any] = {
    **BASE, "val_set_size": 0, "eval_steps": None, "sequence_len": 256, "micro_batch_size": 1, "max_steps": 4,
    "save_steps": 1, "save_total_limit": 2, "lora_mlp_kernel": False, "lora_qkv_kernel": False, "lora_o_kernel": False,
    "lora_embedding_kernel": False,
}  # fmt: skip

CASES: tuple[Weighed, ...] = (
    Weighed("full", "llama-60m"),
    Weighed("full-model-only", "llama-60m", {"save_only_model": True, "save_total_limit": 1}),
    Weighed("full-no-limit", "llama-60m", {"save_total_limit": None, "max_steps": 6}),
    Weighed("full-8bit", "llama-60m", {"optimizer": "adamw_8bit"}),
    Weighed("full-sgd", "llama-60m", {"optimizer": "sgd"}),
    Weighed("full-adafactor-tied", "llama-110m-tied", {"optimizer": "adafactor"}),
    Weighed("full-large", "qwen2-220m", {"save_total_limit": 1, "max_steps": 3}),
    Weighed("full-packed", "llama-60m", {"sample_packing": True, "pad_to_sequence_len": True, "sequence_len": 512}),
    Weighed("lora", "qwen2-220m", LORA, merges=True),
    Weighed("lora-legacy", "qwen2-220m", {**LORA, "merge_method": "legacy", "save_only_model": True}, merges=True),
    Weighed("lora-dora", "llama-110m-tied", {**LORA, "peft_use_dora": True}),
    Weighed("lora-modules", "llama-60m", {**LORA, "lora_modules_to_save": ["embed_tokens", "lm_head"]}, merges=True),
    Weighed("lora-tied-modules", "llama-110m-tied", {**LORA, "lora_modules_to_save": ["embed_tokens"]}),
    Weighed("qlora", "llama-110m-tied", QLORA, merges=True),
    Weighed("full-accumulated", "qwen2-54m-tied", {"gradient_accumulation_steps": 4, "sequence_len": 384}),
    Weighed("full-evaluated", "qwen2-54m-tied", {**TWO, "val_set_size": 16, "eval_steps": 1, "eval_batch_size": 8}),
    Weighed("qlora-1024", "llama-254m", {**QLORA, **TWO, "sequence_len": 1024}, merges=True),
    Weighed("lora-mapped", "llama-60m", {**LORA, **TWO, "sequence_len": 512, "micro_batch_size": 2}),
    Weighed("lora-checkpointed", "qwen2-220m", {
        **LORA, **TWO, "lora_r": 32, "gradient_checkpointing": True, "sequence_len": 1024, "micro_batch_size": 2,
    }),
    Weighed("full-sgd-evaluated", "llama-110m-tied", {
        **TWO, "optimizer": "sgd", "val_set_size": 32, "eval_steps": 1, "eval_batch_size": 16,
    }),
    Weighed("lora-evaluated", "qwen2-220m", {
        **LORA, **TWO, "lora_r": 8, "sequence_len": 512, "val_set_size": 12, "eval_steps": 1, "eval_batch_size": 6,
    }),
    Weighed("qlora-evaluated", "llama-254m", {
        **QLORA, **TWO, "sequence_len": 384, "val_set_size": 10, "eval_steps": 1, "eval_batch_size": 5,
    }),
    Weighed("qlora-tied-fp32", "qwen3-120m-tied", {
        **QLORA, **TWO, "sequence_len": 768, "micro_batch_size": 2, "optimizer": "adamw_8bit",
    }),
    Weighed("qlora-checkpointed", "qwen2-220m", {
        **QLORA, **TWO, "sequence_len": 2048, "gradient_checkpointing": True, "lora_r": 64,
    }),
    Weighed("full-packed-qwen3", "qwen3-120m-tied", {
        **TWO, "sample_packing": True, "sequence_len": 1024, "optimizer": "adamw_torch_fused",
    }),
    Weighed("lora-packed-mistral", "mistral-95m", {
        **LORA, **TWO, "lora_r": 64, "sample_packing": True, "sequence_len": 512, "micro_batch_size": 2,
    }),
    Weighed("full-checkpointed-evaluated", "llama-254m", {
        **TWO, "gradient_checkpointing": True, "gradient_accumulation_steps": 2, "sequence_len": 384,
        "optimizer": "adafactor", "val_set_size": 8, "eval_steps": 1, "eval_batch_size": 2,
    }),
    Weighed("full-wide-batch", "mistral-95m", {**TWO, "micro_batch_size": 6, "optimizer": "sgd", "sequence_len": 320}),
    Weighed("full-chunked", "qwen3-120m-tied", {
        **TWO, "chunked_cross_entropy": True, "sequence_len": 640, "micro_batch_size": 2, "optimizer": "lion_8bit",
    }),
)  # fmt: skip
