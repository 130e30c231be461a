"""The blocks that are handed to a library as keyword arguments; keywords.toml, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from wizard.knowledge.load import toml


@dataclass(frozen=True, slots=True)
class Keywords:
    """What the function `to` takes. `dies`: the last words of a run with others; empty where they are dropped."""

    to: str
    takes: tuple[str, ...]
    dies: str = ""


@cache
def keywords() -> Mapping[str, Keywords]:
    """By the field that holds the block."""
    rows = {name: row for name, row in toml("axolotl/keywords").items() if isinstance(row, dict)}
    return {name: Keywords(row["to"], tuple(row["takes"]), row.get("dies", "")) for name, row in rows.items()}
