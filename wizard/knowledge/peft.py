"""What PEFT does with LoRA's targets that a model's modules alone don't tell; peft.toml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from wizard.knowledge.load import toml


@cache
def moved_experts() -> Mapping[str, Mapping[str, str]]:
    """For each form of mixture: the old names of its expert parts, and the stacked tensor each is in now."""
    return {name: row["moved"] for row in toml("peft")["experts"].values() for name in row["models"]}


def usual_targets(model_type: object) -> list[str] | None:
    """The modules that PEFT takes for a model where nobody names them; None where it refuses to."""
    found: list[str] | None = toml("peft")["targets"].get(model_type)
    return found
