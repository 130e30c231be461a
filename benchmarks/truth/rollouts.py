"""A seeded grid of runs that make answers and learn from them: GRPO, with each thing that its memory depends on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from .grid import dense

Config = dict[str, Any]

MODELS = ("meta-llama/Llama-3.2-1B", "Qwen/Qwen3-0.6B", "google/gemma-2-2b")
"""A wide one of few layers, a narrow one of many, whose logits outweigh the rest, and one with a cap on its logits."""
KINDS = ("lora", "lora-beta", "qlora-beta", "full", "full-beta", "long-answers", "colocate", "liger", "everything-kept")
LENGTHS = (256, 512, 1024)


def grid() -> Iterator[tuple[str, Config]]:
    """Each run's id and config. `sequence_len` is what a prompt has, `trl.max_completion_length` what is answered."""
    for model in MODELS:
        for kind in KINDS:
            name = f"{model.rpartition('/')[2]}/grpo-{kind}"
            yield name, _config(model, kind, random.Random(name))


def _config(model: str, kind: str, dice: random.Random) -> Config:
    micro, accumulation = dice.choice((2, 4, 8)), dice.choice((1, 2, 4))
    block: Config = {"num_generations": 2, "max_completion_length": dice.choice(LENGTHS), "beta": 0.0}
    config: Config = {
        "base_model": model,
        "bf16": True,
        "rl": "grpo",
        "trl": block,
        "sequence_len": dice.choice(LENGTHS),
        "micro_batch_size": micro,
        "gradient_accumulation_steps": accumulation,
        "optimizer": dice.choice(("adamw_torch_fused", "adamw_8bit")),
        "val_set_size": 0,
        "attn_implementation": dice.choice(("flash_attention_2", "sdpa")),
        "gradient_checkpointing": True,
        "gradient_checkpointing_kwargs": {"use_reentrant": dice.random() < 0.3},
    }
    if not kind.startswith("full"):
        rank = dice.choice((8, 16, 64))
        config |= {"adapter": "lora", "lora_r": rank, "lora_alpha": rank, "lora_target_linear": True}
        config["lora_dropout"] = dice.choice((0.0, 0.05))
    if kind.endswith("beta"):
        block["beta"] = 0.04
    if kind == "qlora-beta":
        config |= {"adapter": "qlora", "load_in_4bit": True}
    if kind == "long-answers":
        config |= {"micro_batch_size": 2, "gradient_accumulation_steps": 2}
        block |= {"max_completion_length": 2048, "steps_per_generation": 16}
    if kind == "colocate":
        block |= {"use_vllm": True, "vllm_mode": "colocate"}
    if kind == "liger":
        block["use_liger_loss"] = True
    if kind == "everything-kept":
        config |= {"gradient_checkpointing": False, "micro_batch_size": 2}
        del config["gradient_checkpointing_kwargs"]
    return config


def varied(model: str, kind: str, dice: random.Random) -> Config:
    """A run of a kind with the rest of its settings drawn."""
    config = _config(model, kind, dice)
    config["rl"] = dice.choice(("grpo", "grpo", "gdpo"))
    block = config["trl"]
    block["num_generations"] = dice.choice([count for count in (2, 4, 8) if config["micro_batch_size"] % count == 0])
    block["beta"] = block["beta"] or dice.choice((0.0, 0.0, 0.04))
    config["optimizer"] = dice.choice(("adamw_torch_fused", "adamw_torch", "paged_adamw_8bit", "lion_8bit"))
    return config


DRAWN = 40
LARGE = 15e9
"""Parameters of a model that is drawn."""


def drawn(seed: str) -> Iterator[tuple[str, Config]]:
    """So many runs of dense models with settings drawn anew: another seed, other runs."""
    rows = [row for row in dense() if row.parameters < LARGE]
    for number in range(DRAWN):
        dice = random.Random(f"rollouts {seed} {number}")
        row, kind = dice.choice(rows), dice.choice(KINDS)
        config = varied(row.id, kind, dice)
        if config.get("adapter") and dice.random() < 0.3:
            config |= {"lora_target_linear": False, "lora_target_modules": ["q_proj", "k_proj", "v_proj", "o_proj"]}
        yield f"{row.short}/grpo-{seed}-{number}-{kind}", config
