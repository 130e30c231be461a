"""A seeded grid of runs of models with Mamba layers, with their kernels and without."""

from __future__ import annotations

import random
from collections.abc import Iterator

from wizard.knowledge.models.catalogue import CatalogueModel, built, catalogue

from .grid import CUT, LOSS_KEYS, NO_MAMBA, Config, settings

RUNS = 28
LARGEST = 60e9
ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
TARGETS = {
    "jamba": (ATTENTION, ["in_proj", "x_proj", "out_proj", "q_proj"]),
    "granitemoehybrid": (ATTENTION, ["in_proj", "q_proj", "v_proj"], ["in_proj", "input_linear", "output_linear"]),
    "falcon_h1": (ATTENTION, ["in_proj", "q_proj", "v_proj"], [*ATTENTION, "in_proj", "gate_proj", "up_proj"]),
    "nemotron_h": (ATTENTION, ["in_proj", "q_proj", "v_proj"], ["in_proj", "up_proj", "down_proj"]),
}
"""LoRA's targets; PEFT refuses out_proj in all but Jamba and Granite."""


def mambas(seed: str) -> Iterator[tuple[str, Config]]:
    """So many runs, drawn anew. Granite's in 4 bits have no kernels: with them such a run ends in an error."""
    rows = [row for row in catalogue().values() if any(block.mixer == "mamba" for block in built(row.id).blocks)]
    rows = [row for row in rows if row.parameters < LARGEST]
    for number in range(RUNS):
        dice = random.Random(f"mamba {seed} {number}")
        row = rows[number % len(rows)]
        kind = dice.choice(("full", "lora", "lora", "qlora", "qlora", "eval"))
        config = _config(row, kind, dice)
        family = row.config["model_type"]
        must = family == "granitemoehybrid" and config.get("load_in_4bit")
        plain = must or (family != "jamba" and dice.random() < 0.25)
        yield f"{row.short}/mamba-{seed}-{number}-{kind}{NO_MAMBA if plain else ''}", config


def _config(row: CatalogueModel, kind: str, dice: random.Random) -> Config:
    config = settings(row, kind, dice)
    config = {name: value for name, value in config.items() if name not in LOSS_KEYS}
    config |= dice.choice((CUT, CUT, {}))
    if config.get("adapter"):
        config["lora_dropout"] = 0.0 if built(row.id).moe else config["lora_dropout"]
        targets = dice.choice(TARGETS[row.config["model_type"]])
        config |= {"lora_target_linear": False, "lora_target_modules": targets}
    if config.get("attn_implementation") == "eager":
        config["attn_implementation"] = "sdpa"
    return config
