"""What runs die of and how logs say it; the rows of deaths.toml, typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, get_args

from wizard.knowledge.load import toml

Kind = Literal[
    "gpu", "generation", "host", "shared", "disk", "kernel", "killed", "broken", "stopped", "follower", "exception"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""What a death is of. `exception`: of one that no row knows."""


@dataclass(frozen=True, slots=True)
class DeathText:
    """One row of deaths.toml; its head comment explains each field."""

    name: str
    kind: Kind
    text: tuple[str, ...]
    says: str
    versions: str
    source: str
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhaseMarks:
    """How a log says where a run is: lines that name it, and calls of a stack as (part of a path, function)."""

    name: str
    text: tuple[str, ...]
    calls: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CauseText:
    """What is said of a cause, and what helps, the best first."""

    name: str
    says: str
    advice: tuple[str, ...]


@cache
def death_texts() -> tuple[DeathText, ...]:
    """All of them; the first whose text a line has is meant."""
    return tuple(
        DeathText(**{**row, "text": tuple(row["text"]), "advice": tuple(row.get("advice", ()))})
        for row in toml("deaths")["death"]
    )


@lru_cache(maxsize=256)
def death_named(name: str) -> DeathText | None:
    """The row of that name; None where an exception is meant that none knows."""
    return next((row for row in death_texts() if row.name == name), None)


@cache
def screen() -> tuple[str, ...]:
    """Words in small letters, of which each text of a death has one."""
    return tuple(toml("deaths")["screen"])


@cache
def handled_texts() -> tuple[str, ...]:
    """What is said where a lack of memory was expected, and the run goes on with less."""
    return tuple(toml("deaths")["handled"])


@cache
def done_texts() -> tuple[str, ...]:
    """What is said where a training came to its end."""
    return tuple(toml("deaths")["done"])


@cache
def row_calls() -> tuple[tuple[str, str], ...]:
    """Calls of a stack in which a row of the data is read."""
    return tuple(_call(one) for one in toml("deaths")["rows"])


@cache
def phase_marks() -> tuple[PhaseMarks, ...]:
    """All of them; the first that a stack has a call of is meant."""
    return tuple(
        PhaseMarks(row["name"], tuple(row["text"]), tuple(_call(one) for one in row["calls"]))
        for row in toml("deaths")["phase"]
    )


@cache
def making() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The terms of the estimate, and the calls of a stack that make them."""
    return tuple((row["term"], tuple(_call(one) for one in row["calls"])) for row in toml("deaths")["making"])


def _call(text: str) -> tuple[str, str]:
    path, _, function = text.rpartition(":")
    return path, function


@cache
def cause_texts() -> dict[str, CauseText]:
    """By the name of the cause."""
    return {row["name"]: CauseText(row["name"], row["says"], tuple(row["advice"])) for row in toml("deaths")["cause"]}
