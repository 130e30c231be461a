"""Models to begin with: what each is for, its licence and why; recommended.toml, typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from wizard.knowledge.load import toml

Kind = Literal["base", "instruct", "vision", "sound", "code"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""What a model can be for."""


@dataclass(frozen=True, slots=True)
class Recommended:
    """One row; the head of the file explains each field. `context`: tokens."""

    id: str
    kinds: tuple[Kind, ...]
    context: int
    licence: str
    year: int
    why: str
    source: str


@cache
def recommended() -> dict[str, Recommended]:
    """Every row by its id."""
    rows = toml("models/recommended")["model"]
    return {row["id"]: Recommended(**{**row, "kinds": tuple(row["kinds"])}) for row in rows}


@cache
def recommended_date() -> str:
    """When the table was last gone through."""
    return str(toml("models/recommended")["date"])


def start_of(kind: Kind) -> str:
    """The preset whose other fields stay where a model of this kind is trained and no preset was named."""
    return str(toml("models/recommended")["start"][kind])
