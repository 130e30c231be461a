"""The kinds of training; kinds.toml, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from wizard.knowledge.load import toml


@dataclass(frozen=True, slots=True)
class TrainingKind:
    """One kind of training; the head of kinds.toml says what each is. `forms`: types and what they read."""

    name: str
    label: str
    about: str
    source: str
    rate: tuple[float, float]
    data: Mapping[str, object]
    forms: tuple[tuple[str, str], ...]
    sets: Mapping[str, object] = field(default_factory=dict)
    starts: Mapping[str, object] = field(default_factory=dict)
    answers: bool = False
    exact: bool = False
    rows: int = 1
    warmup_steps: int | None = None


@cache
def kinds() -> dict[str, TrainingKind]:
    """Every kind by its name, in the order in which they are asked; one that is `like` another has its rows."""
    found: dict[str, TrainingKind] = {}
    for row in toml("kinds")["kind"]:
        rows = row | {key: row.get(key) for key in ("rate", "forms", "data")}
        if "like" in rows:
            other = found[rows.pop("like")]
            rows |= {"data": other.data, "forms": other.forms}
        rows |= {"rate": tuple(rows["rate"]), "forms": tuple((name, about) for name, about in rows["forms"])}
        found[row["name"]] = TrainingKind(**rows)
    return found


@cache
def own_fields() -> tuple[str, ...]:
    """Fields that belong to a kind of training."""
    return tuple(toml("kinds")["own"])


@cache
def heads() -> frozenset[str]:
    """Classes that a reward model is loaded as."""
    return frozenset(toml("kinds")["heads"])


@cache
def samples() -> frozenset[str]:
    """The paths of public data that stand in for a person's own."""
    return frozenset({*toml("kinds")["samples"], *(str(one.data["path"]) for one in kinds().values())})
