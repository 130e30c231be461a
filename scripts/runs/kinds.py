"""Every kind of training, with each form of rows that the wizard and `data` know, on a few architectures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.runs.case import Case
from scripts.runs.first import FIRST
from wizard.domain.plan import REMOVE
from wizard.fit.adapt import adapt
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.output.yaml import document
from wizard.review import review
from wizard.world.presets import preset

ARCHITECTURES = ("llama", "qwen3", "gemma3_text", "qwen3_moe", "lfm2", "qwen3_vl")
_GPU = "rtx-4090"


def _data(kind: object, **more: object) -> list[dict[str, object]]:
    return [{"path": "mine", "type": kind, **more}]


_MAPPED = {"role": "who", "content": "says"}
_OWN = {"field_instruction": "ask", "field_output": "say", "format": "{instruction} "}
_SFT: dict[str, dict[str, Any]] = {
    "chat": {"datasets": _data("chat_template")},
    "chat-mapped": {"datasets": _data("chat_template", field_messages="talk", message_property_mappings=_MAPPED)},
    "completion": {"datasets": _data("completion")},
    "input-output": {"datasets": _data("input_output")},
    "user-defined": {"datasets": _data(_OWN)},
    "pretraining": {"datasets": REMOVE, "pretraining_dataset": _data("pretrain"), "max_steps": 100, "val_set_size": 0,
                    "evals_per_epoch": REMOVE, "num_epochs": REMOVE},
}  # fmt: skip
_PAIRS: dict[str, dict[str, Any]] = {
    "dpo-intel": {"datasets": _data("chatml.intel")},
    "dpo-argilla": {"datasets": _data("chat_template.argilla_chat")},
    "dpo-pairs": {"datasets": _data("chatml.prompt_pairs")},
    "ipo": {"rl": "ipo", "datasets": _data("chatml.intel")},
    "simpo": {"rl": "simpo", "datasets": _data("chatml.intel"), "rl_beta": 0.1, "simpo_gamma": 0.5, "cpo_alpha": 1.0,
              "warmup_ratio": REMOVE, "warmup_steps": 10},
    "orpo": {"rl": "orpo", "datasets": _data("chat_template.argilla"), "orpo_alpha": 0.1, "rl_beta": REMOVE},
    "kto": {"rl": "kto", "datasets": _data("chatml.argilla"), "remove_unused_columns": False,
            "micro_batch_size": 2, "eval_batch_size": 2},
    "grpo": {
        "rl": "grpo", "rl_beta": REMOVE, "chat_template": REMOVE, "datasets": _data("rewards.prompts"),
        "trl": {"beta": 0.001, "max_completion_length": 8, "num_generations": 2, "use_vllm": False,
                "reward_funcs": ["rewards.length"]},
        "micro_batch_size": 2, "eval_batch_size": 2,
    },
    "reward-model": {
        "rl": REMOVE, "rl_beta": REMOVE, "reward_model": True, "num_labels": 1,
        "model_type": "AutoModelForSequenceClassification", "datasets": _data("bradley_terry.chat_template"),
        "remove_unused_columns": False, "adapter": "lora", "load_in_4bit": False,
    },
    "process-reward-model": {
        "rl": REMOVE, "rl_beta": REMOVE, "process_reward_model": True, "num_labels": 2,
        "model_type": "AutoModelForTokenClassification",
        "datasets": _data("stepwise_supervised", step_separator=" ", max_completion_length=64),
        "remove_unused_columns": False, "adapter": "lora", "load_in_4bit": False, "lora_target_linear": REMOVE,
        "lora_target_modules": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    },
}  # fmt: skip
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    **{name: ("qlora-24gb", changes) for name, changes in _SFT.items()},
    **{name: ("dpo-qlora-24gb", changes) for name, changes in _PAIRS.items()},
    **{f"{name}-full": ("dpo-qlora-24gb", {**_PAIRS[name], **dict.fromkeys(
        ("adapter", "load_in_4bit", "load_in_8bit", "lora_r", "lora_alpha", "lora_dropout", "lora_target_linear",
         "lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel", "lora_embedding_kernel"), REMOVE)})
       for name in ("dpo-intel", "kto", "orpo")},
}  # fmt: skip
"""By name, the preset that each starts from and the fields that `generate --set` changes of it."""


def kinds() -> Iterator[Case]:
    """What `generate --preset P --model M --set ...` writes for each of them."""
    machine = named_machine(_GPU)
    for name, (start, changes) in KINDS.items():
        for kind in ARCHITECTURES:
            model = built(FIRST[kind])
            plan = preset(start).plan.changed({"base_model": FIRST[kind], **changes})
            judged = review(adapt(plan, model, machine).changed(changes), model, machine)
            yield Case.of(("kind", name, kind), document(judged), judged, machine)
