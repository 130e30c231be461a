"""What other trainers take by themselves, and what their own keys mean; trainers.toml, typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from wizard.knowledge.axolotl.meanings import Meaning, meaning
from wizard.knowledge.load import toml


@dataclass(frozen=True, slots=True)
class Where:
    """Keys with their values, for settings in which each key of `near` has one of these values."""

    near: Mapping[str, Sequence[object]]
    values: Mapping[str, object]

    def holds(self, settings: Mapping[str, object]) -> bool:
        """Whether it is for these settings; a key that is not there is false."""
        return all(settings.get(key, False) in values for key, values in self.near.items())


@dataclass(frozen=True, slots=True)
class Trainer:
    """One trainer. `when`: what holds there by itself, of which the first that says a key counts; `apart`: keys that
    say nothing where others have such values. `same`: keys that Axolotl has too. `entries`: keys that name data, with
    the type that their rows mostly have; `rows`: the key that says how many of them. `ask`: what nobody knows where
    these keys are missing. `nested`: its keys are written `block.key`.
    """

    name: str
    when: Sequence[Where]
    apart: Sequence[Where]
    keys: Mapping[str, Meaning]
    same: frozenset[str]
    entries: Mapping[str, str]
    rows: str
    ask: Mapping[str, str]
    nested: bool


@cache
def trainers() -> Mapping[str, Trainer]:
    """All of them by name."""
    found = toml("axolotl/trainers")
    return {name: _trainer(name, row) for name, row in found.items() if isinstance(row, dict) and "keys" in row}


def row_type(training: object, usual: str) -> str:
    """The `type` that rows mostly have: `training` is Axolotl's `rl`, or reward_model; another has the usual one."""
    found: str = toml("axolotl/trainers")["types"].get(training, usual)
    return found


def _trainer(name: str, row: Mapping[str, Any]) -> Trainer:
    keys: Mapping[str, Mapping[str, Any]] = row["keys"]
    return Trainer(
        name=name,
        when=(*map(_where, row.get("when", ())), Where({}, row["defaults"])),
        apart=tuple(map(_where, row.get("apart", ()))),
        keys={
            key: meaning(key, {"of": name, **one}, row["source"], old=False)
            for key, one in keys.items()
            if "same" not in one and "entries" not in one
        },
        same=frozenset(key for key, one in keys.items() if "same" in one),
        entries={key: one["entries"] for key, one in keys.items() if "entries" in one},
        rows=row.get("rows", ""),
        ask=row.get("ask", {}),
        nested=row.get("nested", False),
    )


def _where(row: Mapping[str, Any]) -> Where:
    return Where(row["near"], row["values"])
