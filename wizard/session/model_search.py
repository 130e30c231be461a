"""The catalogue's models with what each would need, and the words that find them."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.estimate import Fit
from wizard.knowledge.models.catalogue import CatalogueModel, built, catalogue
from wizard.memory import estimate
from wizard.session.state import State

Priced = tuple[CatalogueModel, Fit, int]
"""A row, its fit, and the likely device bytes."""

_ORDER: dict[Fit, int] = {"fits": 0, "tight": 1, "over": 2, "unknown": 0}


def priced(state: State) -> list[Priced]:
    """Every model of the catalogue with the present settings; the largest that fits comes first."""
    rows = []
    for row in catalogue().values():
        model = built(row.id)
        need = estimate(state.with_model(row.id, model, None).plan, model, state.machine)
        rows.append((row, need.fit(state.machine.free_bytes), need.device.likely))
    return sorted(rows, key=lambda one: (_ORDER[one[1]], -one[0].parameters if one[1] != "over" else one[2]))


def prepared(state: State) -> Iterator[None]:
    """Builds and prices one model at a time, so that `priced` finds most of it done."""
    for row in catalogue().values():
        estimate(state.with_model(row.id, built(row.id), None).plan, built(row.id), state.machine)
        yield


def found(rows: list[Priced], wanted: str) -> list[tuple[str, CatalogueModel, Fit, int]]:
    """The ids that hold every word; without words one id for each row. What was typed whole comes first."""
    words = wanted.lower().split()
    if not words:
        return [(row.id, row, fit, needs) for row, fit, needs in rows]
    matches = [
        (name, row, fit, needs)
        for row, fit, needs in rows
        for name in (row.id, *row.also)
        if all(word in f"{name} {row.family}".lower() for word in words)
    ]
    typed = wanted.strip().lower()
    return sorted(matches, key=lambda one: (one[0].lower() != typed, one[0].rpartition("/")[2].lower() != typed))
