"""What other trainers take by themselves, and what their own keys mean; trainers.toml, typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from wizard.knowledge.axolotl.meanings import Meaning, meaning
from wizard.knowledge.load import toml


@dataclass(frozen=True, slots=True)
class Trainer:
    """One trainer. `defaults`: what holds there by itself, `adapter` where `adapter_where` says that it trains one;
    `adapter_alone`: keys that say nothing elsewhere. `same`: keys that Axolotl has too. `entries`: keys that name data,
    with the type that their rows mostly have. `ask`: what nobody knows where these keys are missing. `nested`: its keys
    are written `block.key`.
    """

    name: str
    defaults: Mapping[str, object]
    adapter: Mapping[str, object]
    adapter_where: Mapping[str, Sequence[object]]
    adapter_alone: frozenset[str]
    keys: Mapping[str, Meaning]
    same: frozenset[str]
    entries: Mapping[str, str]
    ask: Mapping[str, str]
    nested: bool


@cache
def trainers() -> Mapping[str, Trainer]:
    """All of them by name."""
    return {name: _trainer(name, row) for name, row in toml("axolotl/trainers").items() if isinstance(row, dict)}


def _trainer(name: str, row: Mapping[str, Any]) -> Trainer:
    keys: Mapping[str, Mapping[str, Any]] = row["keys"]
    return Trainer(
        name=name,
        defaults=row["defaults"],
        adapter=row["adapter"],
        adapter_where=row["adapter_where"],
        adapter_alone=frozenset(row.get("adapter_alone", ())),
        keys={
            key: meaning(key, {"of": name, **one}, row["source"], old=False)
            for key, one in keys.items()
            if "same" not in one and "entries" not in one
        },
        same=frozenset(key for key, one in keys.items() if "same" in one),
        entries={key: one["entries"] for key, one in keys.items() if "entries" in one},
        ask=row.get("ask", {}),
        nested=row.get("nested", False),
    )
