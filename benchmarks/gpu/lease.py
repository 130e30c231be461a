"""What a quarter of an hour on one Hopper card should measure, the most telling runs first.

Plain, Liger's and cut cross entropy, each with LoRA and QLoRA at two lengths; evaluations; a model that sees. Every run
tells its peak while loading too. Models are made with random weights, so nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.gpu.jobs import Job

MINUTES = 14.0
"""Of fifteen: a run that has begun is not cut off."""
WHEELS = ("flash-attn", "liger-kernel", "cut-cross-entropy", "bitsandbytes", "axolotl")
"""Packages that the runs need beside torch, transformers, peft and accelerate; what is missing is skipped and said."""

TEXT = "Qwen/Qwen3-8B"
SEES = "Qwen/Qwen2.5-VL-3B-Instruct"
LENGTHS = (2048, 8192)
METHODS: dict[str, dict[str, Any]] = {"lora": {}, "qlora": {"load_in_4bit": True}}
LOSSES: dict[str, dict[str, Any]] = {
    "plain": {},
    "liger": {"liger_fused_linear_cross_entropy": True, "plugins": ["axolotl.integrations.liger.LigerPlugin"]},
    "cut": {
        "cut_cross_entropy": True,
        "plugins": ["axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"],
    },
}
LANGUAGE = r"model.language_model.layers.[\d]+.(mlp|self_attn).(up|down|gate|q|k|v|o)_proj"


def lease() -> Iterator[Job]:
    """The runs, in the order they are measured in."""
    for length in LENGTHS:
        for loss in LOSSES:
            for method in METHODS:
                yield Job(f"lease/{method}-{loss}-{length}", _config(TEXT, method, loss, length))
    held_out = {"val_set_size": 0.1, "eval_batch_size": 2}
    for loss in LOSSES:
        yield Job(f"lease/qlora-{loss}-eval", {**_config(TEXT, "qlora", loss, 4096), **held_out})
    sees = {"processor_type": "AutoProcessor", "image_size": [1024, 768], "lora_target_linear": False}
    config = {**_config(SEES, "lora", "plain", 2048), **sees, "lora_target_modules": LANGUAGE}
    yield Job("lease/lora-images-2048", {**config, "attn_implementation": "sdpa"})


def _config(model: str, method: str, loss: str, length: int) -> dict[str, Any]:
    return {
        "base_model": model,
        "bf16": True,
        "adapter": method,
        **METHODS[method],
        "lora_r": 16,
        "lora_alpha": 32,
        "lora_target_linear": True,
        **LOSSES[loss],
        "sequence_len": length,
        "micro_batch_size": 1,
        "pad_to_sequence_len": True,
        "attn_implementation": "flash_attention_2",
        "gradient_checkpointing": True,
        "optimizer": "adamw_torch_fused",
        "val_set_size": 0,
    }
