"""Plans drawn by a seed for what the rows of benchmarks/truth and the presets lack.

Each plan has dice of its own, thrown by its id: a new kind of plan leaves the others as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from scripts.ledgers.kinds import KINDS, Kind
from scripts.ledgers.options import COMMON
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.knowledge.models.catalogue import built, catalogue
from wizard.knowledge.optimizers import optimizers

_FULL: Mapping[str, Any] = {"base_model": "Qwen/Qwen3-0.6B", "sequence_len": 1024, "bf16": True}
_LORA: Mapping[str, Any] = {**_FULL, "adapter": "lora", "lora_r": 64, "lora_target_linear": True}


@dataclass(frozen=True, slots=True)
class Draw:
    """One plan, and the machine that it is for; None: not known."""

    id: str
    plan: Plan
    gpus: str | None = None


def draws() -> Iterator[Draw]:
    """All of them: by kind, then each optimizer, then each architecture."""
    for kind in KINDS:
        for number in range(kind.count):
            yield _draw(kind, f"{kind.name}/{number}")
    for name in optimizers():
        yield Draw(f"optimizer/{name}/full", Plan({**_FULL, "optimizer": name}))
        yield Draw(f"optimizer/{name}/lora", Plan({**_LORA, "optimizer": name}))
    seen: set[str] = set()
    for name in catalogue():
        if (architecture := built(name).model_type) not in seen:
            seen.add(architecture)
            yield _architecture(f"architecture/{architecture}", name)


def _draw(kind: Kind, identity: str) -> Draw:
    dice = Random(identity)
    values: dict[str, Any] = {}
    for key, choices in {**COMMON, **kind.values}.items():
        found = dice.choice(choices)
        if key.startswith("+"):
            values.update(found)
        elif found is not None:
            values[key] = found
    version = Version(0, dice.choice(kind.versions))
    return Draw(identity, Plan(values, axolotl=version), dice.choice(kind.gpus))


def _architecture(identity: str, name: str) -> Draw:
    dice = Random(identity)
    attentions: Sequence[str | None] = ("flash_attention_2", "sdpa", "eager", None)
    methods: Sequence[Mapping[str, Any]] = ({}, {"adapter": "lora", "lora_r": 32, "lora_target_linear": True})
    values = {
        "base_model": name,
        "bf16": True,
        "sequence_len": 2048,
        "micro_batch_size": dice.choice((1, 2)),
        "gradient_checkpointing": dice.choice((True, False)),
        "attn_implementation": dice.choice(attentions),
        **dice.choice(methods),
    }
    return Draw(identity, Plan(values))
