"""A seeded grid of runs with images: towers of every form, three sizes of an image, trained and frozen."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from benchmarks.truth.grid import FP32_EXPERTS
from wizard.knowledge.models.catalogue import built, catalogue

Config = dict[str, Any]

MODELS = (
    "Qwen/Qwen2-VL-2B-Instruct",
    "Qwen/Qwen2.5-VL-3B-Instruct",
    "Qwen/Qwen2.5-VL-7B-Instruct",
    "Qwen/Qwen3-VL-2B-Instruct",
    "Qwen/Qwen3-VL-8B-Instruct",
    "google/gemma-3-4b-pt",
    "google/gemma-3-12b-pt",
    "google/gemma-4-E2B",
    "google/gemma-4-12B",
    "google/gemma-4-31B",
    "mistralai/Ministral-3-3B-Base-2512",
    "mistralai/Mistral-Small-3.1-24B-Base-2503",
    "meta-llama/Llama-3.2-11B-Vision-Instruct",
)
SIZES = ((512, 384), (1024, 768), (1920, 1080))
LENGTHS = {512: (1024, 2048), 1024: (2048, 4096), 1920: (4096, 8192)}
"""Row lengths by the image's width: every processor's tokens are fewer."""

LANGUAGE = r"model.language_model.layers.[\d]+.(mlp|cross_attn|self_attn).(up|down|gate|q|k|v|o)_proj"
_LINEAR = "q_proj|k_proj|v_proj|o_proj|out_proj|qkv|gate_proj|up_proj|down_proj|fc1|fc2|linear_fc1|linear_fc2"
EVERYWHERE = rf".*\.(({_LINEAR})|attn\.proj)"
EVERYWHERE_GEMMA4 = rf".*(language_model\.layers.*\.({_LINEAR})|vision_tower.*\.linear)"
"""`lora_target_linear` takes the names of all linear layers; "0" in a merger of Qwen's is then every first layer too,
which PEFT refuses. Gemma 4 wraps the layers of its tower."""
ATTENTION = ("flash_attention_2", "sdpa", "sdpa")
"""Gemma 4's heads of 512 values are too large for FlashAttention, and Llama 3.2 Vision's tower fails with it. Reentrant
checkpointing fails there too, since what the text attends to comes in beside the layers' input."""
KINDS = ("language", "everywhere", "full", "full-frozen")


def grid() -> Iterator[tuple[str, Config]]:
    """Each run's id and config. `image_size` is what Axolotl makes every image before the processor sees it."""
    for model in MODELS:
        for size in SIZES:
            for kind in KINDS:
                dice = random.Random(f"{model} {size} {kind}")
                yield f"{model.rpartition('/')[2]}/images-{size[0]}-{kind}", _config(model, size, kind, dice)


DRAWN = 48
QWEN = ("qwen2_vl", "qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe", "qwen3_5")
TYPES = (*QWEN, "gemma3", "gemma4", "gemma4_unified", "mistral3", "mllama")
"""Model types whose batches `batches` makes."""
LARGE = 40e9
"""Parameters of a model that is drawn."""
SIDES = (224, 336, 448, 640, 768, 896, 1024, 1280, 1600, 2048)
TOKEN = 28 * 28
"""Pixels of the smallest square that any of these processors makes a token of."""


def drawn(seed: str) -> Iterator[tuple[str, Config]]:
    """So many runs with models, settings and shapes of images drawn anew: another seed, other runs."""
    models = [row for row in catalogue().values() if row.config["model_type"] in TYPES and row.parameters < LARGE]
    for number in range(DRAWN):
        dice = random.Random(f"images {seed} {number}")
        row = dice.choice(models)
        size = dice.choice(SIDES), dice.choice(SIDES)
        kind = dice.choice(KINDS)
        config = _config(row.id, (512, 384), kind, dice) | {"image_size": list(size)}
        lengths = [length for length in (1024, 2048, 4096, 8192) if length > 1.2 * size[0] * size[1] / TOKEN + 32]
        config["sequence_len"] = dice.choice(lengths[:2])
        config["micro_batch_size"] = dice.choice((1, 2, 4)) if config["sequence_len"] <= 2048 else 1
        config["optimizer"] = dice.choice(("adamw_torch_fused", "adamw_torch", "paged_adamw_8bit", "lion_8bit"))
        mixture = config.get("adapter") and built(row.id).moe
        if mixture:
            config["lora_dropout"] = 0.0
        ending = FP32_EXPERTS if mixture and config.get("load_in_4bit") else ""
        yield f"{row.short}/images-{seed}-{number}-{size[0]}x{size[1]}-{kind}{ending}", config


def _config(model: str, size: tuple[int, int], kind: str, dice: random.Random) -> Config:
    length = dice.choice(LENGTHS[size[0]])
    config: Config = {
        "base_model": model,
        "processor_type": "AutoProcessor",
        "image_size": list(size),
        "bf16": True,
        "sequence_len": length,
        "micro_batch_size": dice.choice((1, 1, 2)) if length <= 4096 else 1,
        "gradient_accumulation_steps": dice.choice((1, 1, 2)),
        "sample_packing": False,
        "optimizer": dice.choice(("adamw_torch_fused", "adamw_8bit")),
        "val_set_size": 0,
        "attn_implementation": dice.choice(ATTENTION),
    }
    reentrant = dice.choice((None, True, False, False))
    if "gemma-4" in model or "Llama" in model:
        config["attn_implementation"] = "sdpa"
    if "Llama" in model and reentrant:
        reentrant = False
    config["gradient_checkpointing"] = reentrant is not None
    if reentrant is not None:
        config["gradient_checkpointing_kwargs"] = {"use_reentrant": reentrant}
    if dice.random() < 0.5:
        plugin = "axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"
        config |= {"cut_cross_entropy": True, "plugins": [plugin]}
    return config | _method(model, kind, dice)


def _method(model: str, kind: str, dice: random.Random) -> Config:
    if kind.startswith("full"):
        return {"freeze_mm_modules": True} if kind == "full-frozen" else {}
    adapter = dice.choice(("lora", "qlora"))
    rank = dice.choice((8, 16, 32, 64))
    config: Config = {"adapter": adapter, "lora_r": rank, "lora_alpha": rank, "lora_dropout": dice.choice((0.0, 0.05))}
    if adapter == "qlora":
        config["load_in_4bit"] = True
    config |= dict.fromkeys(("lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel"), dice.random() < 0.3)
    everywhere = EVERYWHERE_GEMMA4 if "gemma-4" in model else EVERYWHERE
    return config | {"lora_target_modules": everywhere if kind == "everywhere" else LANGUAGE}
