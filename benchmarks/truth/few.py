"""Runs of each architecture with a few of its layers, where what is not a layer weighs ten times as much.

A term that is left out of a whole model's estimate is lost in its last percent; here it is most of the error. And such
a run takes seconds.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from wizard.knowledge.models.catalogue import CatalogueModel, built

from . import rollouts
from .grid import FP32_EXPERTS, RARE, _simulated, settings

Config = dict[str, Any]

FEW = "/few-"
"""In the id of such a run. Its autocast is one that PEFT does not see, as the estimate's likely figure has it."""
USUAL, MOST, LONGEST = 4, 8, 2048
KINDS = ("full", "lora", "qlora", *RARE)
ON_RANKS = ("full", "lora", "qlora")
ANSWERED = 3
"""Kinds of runs that make answers, of all that `rollouts` has."""
ATTENTION = ("flash_attention_2", "sdpa", "eager")
OPTIMIZERS = ("adamw_torch_fused", "adamw_torch")
UNCUT = ("falcon",)
"""Model types that Cut Cross Entropy is not made for: Axolotl's plugin ends the run."""
EVERY = {"afmoe": 8, "cohere2": 4}
"""Model types whose kinds of layers come in turn by a number, and how many make a round."""


class Planned(NamedTuple):
    """A run to come; `ranks`: GPUs that FSDP2 divides it over, 0 for one."""

    id: str
    config: Config
    layers: int
    ranks: int


def few(seed: str) -> Iterator[Planned]:
    """Each architecture's smallest model with each kind of run, the rest of it drawn: another seed, other runs."""
    for row in _smallest():
        for kind in KINDS:
            dice = random.Random(f"few {seed} {row.id} {kind}")
            yield _planned(row, seed, kind, _short(settings(row, kind, dice)), 0)
        for kind in ON_RANKS:
            dice = random.Random(f"few {seed} {row.id} ranks {kind}")
            config = _short(settings(row, kind, dice))
            yield _planned(row, seed, f"ranks-{kind}", config | _divided(config, dice), dice.choice((2, 4)))
        for kind in random.Random(f"few {seed} {row.id} answers").sample(rollouts.KINDS, ANSWERED):
            dice = random.Random(f"few {seed} {row.id} answers {kind}")
            config = rollouts.varied(row.id, kind, dice)
            yield _planned(row, seed, f"grpo-{kind}", config | {"attn_implementation": dice.choice(ATTENTION)}, 0)


def cut(config: Mapping[str, Any], layers: int) -> Config:
    """A model's config with so many layers."""
    found = dict(config) | {"num_hidden_layers": layers}
    if "max_window_layers" in found:
        found["max_window_layers"] = min(layers, found["max_window_layers"])
    return found


def _smallest() -> list[CatalogueModel]:
    kinds: dict[str, list[CatalogueModel]] = defaultdict(list)
    for row in _simulated():
        kinds[row.config["model_type"]].append(row)
    return [min(rows, key=lambda row: row.parameters) for _, rows in sorted(kinds.items())]


def _layers(row: CatalogueModel) -> int:
    """A round of its kinds of layers, or some of them where they follow no order."""
    pattern = row.config.get("layer_types")
    parts = sum(int(part.partition("*")[2] or 1) for part in pattern.split()) if isinstance(pattern, str) else 1
    wanted = EVERY.get(row.config["model_type"], USUAL if parts == 1 else min(parts, MOST))
    return min(int(row.config["num_hidden_layers"]), wanted)


def _short(config: Config) -> Config:
    return config | {"sequence_len": min(LONGEST, config["sequence_len"])}


def _divided(config: Config, dice: random.Random) -> Config:
    """The simulated processes run without Axolotl's kernels."""
    found: Config = {"optimizer": dice.choice(OPTIMIZERS), "fsdp_version": 2}
    found["fsdp_config"] = {"auto_wrap_policy": "TRANSFORMER_BASED_WRAP", "reshard_after_forward": True}
    if config.get("attn_implementation") == "eager":
        found["attn_implementation"] = "sdpa"
    if config["gradient_checkpointing"]:
        found["gradient_checkpointing_kwargs"] = {"use_reentrant": False}
    if config.get("adapter"):
        found |= dict.fromkeys(("lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel"), False)
    return found


def _planned(row: CatalogueModel, seed: str, kind: str, config: Config, ranks: int) -> Planned:
    moe = built(row.id).moe
    if moe and config.get("adapter"):
        config["lora_dropout"] = 0.0
    if row.config["model_type"] in UNCUT and config.pop("cut_cross_entropy", False):
        del config["plugins"]
    rounded = config.get("load_in_4bit") or config.get("load_in_8bit")
    ending = FP32_EXPERTS if moe and rounded and not ranks else ""
    return Planned(f"{row.short}{FEW}{seed}-{kind}{ending}", config, _layers(row), ranks)
