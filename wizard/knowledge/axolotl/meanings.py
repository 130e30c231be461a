"""What keys mean that are no fields of Axolotl: those of other trainers, and those that Axolotl once had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from wizard.knowledge.load import toml

_FILES = ("foreign_keys", "old_keys")
TWICE = "twice"
"""A default that is twice the value beside which it stands."""
_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Becomes:
    """What becomes of a value: keys that are set, or why it goes, or what a person has to decide.

    `default`: keys that the other trainer has a default for and Axolotl has none; TWICE is twice the value.
    """

    sets: Mapping[str, object] = field(default_factory=dict)
    drop: str = ""
    ask: str = ""
    default: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """Values (words without regard to case) and what becomes of them.

    `near`: other keys, one of which has to have one of these values; empty: whatever they are.
    """

    values: tuple[object, ...]
    outcome: Becomes
    near: Mapping[str, Sequence[object]] = field(default_factory=dict)

    def holds(self, value: object, others: Mapping[str, object]) -> bool:
        """Whether it is for this value, beside these keys."""
        if self.near and not any(others.get(key) in wanted for key, wanted in self.near.items()):
            return False
        return any(type(one) is type(value) and one == value for one in (*self.values, *map(_lower, self.values))) or (
            isinstance(value, str) and value.strip().lower() in self.values
        )


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one key means: `of` says whose it is, `to` what Axolotl calls it, `block.key` is inside a block.

    `old`: Axolotl itself once had it. `listed`: each part of the value is looked at by itself.
    """

    key: str
    of: str
    means: str
    source: str
    old: bool
    to: str = ""
    beside: Mapping[str, object] = field(default_factory=dict)
    rest: Becomes = field(default_factory=Becomes)
    cases: Sequence[Case] = ()
    listed: bool = False

    def outcome(self, value: object, others: Mapping[str, object] = _NOTHING) -> Becomes:
        """What becomes of a value that is no list, or of one part of a list, beside these other keys."""
        for case in self.cases:
            if case.holds(value, others):
                return case.outcome
        return replace(self.rest, sets={self.to: value, **self.beside}) if self.to else self.rest


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _outcome(row: Mapping[str, Any]) -> Becomes:
    return Becomes(row.get("set", {}), row.get("drop", ""), row.get("ask", ""), row.get("default", {}))


def meaning(key: str, row: Mapping[str, Any], source: str, *, old: bool) -> Meaning:
    """What a row of the table says of a key."""
    return Meaning(
        key=key,
        of=row["of"],
        means=row["means"],
        source=source,
        old=old,
        to=row.get("to", ""),
        beside=row.get("with", {}),
        rest=_outcome(row),
        cases=tuple(Case(tuple(one["is"]), _outcome(one), one.get("near", {})) for one in row.get("cases", ())),
        listed=row.get("list", False),
    )


@cache
def meanings() -> Mapping[str, Meaning]:
    """All of them, by key."""
    found: dict[str, Meaning] = {}
    for name in _FILES:
        data = toml(f"axolotl/{name}")
        for key, row in data["keys"].items():
            found[key] = meaning(key, row, data["sources"][row["of"]], old=name == "old_keys")
    return found
