"""What each optimizer keeps; the rows of optimizers.toml, typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from wizard.knowledge.load import toml


@dataclass(frozen=True, slots=True)
class Optimizer:
    """One row of optimizers.toml; its head comment explains each field."""

    name: str
    source: str
    states: int
    state_bytes: float
    block: int
    minimum: int
    embeddings_fp32: bool
    paged: bool
    paged_minimum: int
    factored: bool
    counters: bool
    step: str
    cpu_values: int
    known: bool


@cache
def optimizers() -> dict[str, Optimizer]:
    """All known optimizers by Axolotl's name."""
    data = toml("optimizers")
    defaults = data["defaults"]
    return {name: Optimizer(name=name, **{**defaults, **row}) for name, row in data.items() if name != "defaults"}


def optimizer(name: str) -> Optimizer:
    """The named optimizer; for a name not in the table, AdamW's figures marked as not known."""
    return optimizers().get(name) or _unknown(name)


@lru_cache(maxsize=64)
def _unknown(name: str) -> Optimizer:
    return Optimizer(name=name, source="not in the table", **{**toml("optimizers")["defaults"], "known": False})
