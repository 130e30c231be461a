"""Small plans, models and machines for tests."""

from __future__ import annotations

from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.review import Review, review

LLAMA_1B = "meta-llama/Llama-3.2-1B"
LLAMA_8B = "meta-llama/Llama-3.1-8B"

FULL: dict[str, object] = {
    "base_model": LLAMA_8B,
    "sequence_len": 2048,
    "micro_batch_size": 1,
    "gradient_accumulation_steps": 1,
    "pad_to_sequence_len": True,
    "bf16": True,
    "attn_implementation": "flash_attention_2",
    "optimizer": "adamw_torch_fused",
    "gradient_checkpointing": True,
    "gradient_checkpointing_kwargs": {"use_reentrant": False},
    "val_set_size": 0,
}
LORA: dict[str, object] = {
    **FULL,
    "adapter": "lora",
    "lora_r": 16,
    "lora_alpha": 32,
    "lora_dropout": 0.0,
    "lora_target_linear": True,
    "lora_mlp_kernel": False,
    "lora_qkv_kernel": False,
    "lora_o_kernel": False,
    "lora_embedding_kernel": False,
}
QLORA: dict[str, object] = {**LORA, "adapter": "qlora", "load_in_4bit": True}


def model(name: str = LLAMA_8B) -> Model:
    """A model of the catalogue."""
    return built(name)


def machine(name: str) -> Machine:
    """A named machine."""
    return named_machine(name)


def plan(base: dict[str, object], **changes: object) -> Plan:
    """A plan with changes."""
    return Plan({**base, **changes})


def reviewed(base: dict[str, object], gpu: str | None = None, name: str = LLAMA_8B, **changes: object) -> Review:
    """The review of a plan."""
    return review(plan(base, **changes), model(name), machine(gpu) if gpu else None)
