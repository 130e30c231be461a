"""The catalogue's models with what each would need, and the words that find them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from wizard.domain.estimate import Fit
from wizard.fit.method import method_changes
from wizard.fit.recommend import MOST, Sought, maker, place, sought, suits
from wizard.fit.search_space import cheaper_methods
from wizard.knowledge.models.catalogue import CatalogueModel, built, catalogue
from wizard.knowledge.models.recommended import KINDS, Kind, Recommended, recommended
from wizard.memory import estimate
from wizard.session.state import State

Priced = tuple[CatalogueModel, Fit, int]
"""A row, its fit, and the likely device bytes."""

_ORDER: dict[Fit, int] = {"fits": 0, "tight": 1, "over": 2, "unknown": 0}


def priced(state: State, wanted: str = "") -> list[Priced]:
    """The catalogue's models that `wanted` may mean, with the present settings; the largest that fits comes first."""
    rows = []
    for row in catalogue().values():
        if not _named(row, wanted.lower().split()):
            continue
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
    matches = [(name, row, fit, needs) for row, fit, needs in rows for name in _named(row, words)]
    typed = wanted.strip().lower()
    return sorted(matches, key=lambda one: (one[0].lower() != typed, one[0].rpartition("/")[2].lower() != typed))


def _named(row: CatalogueModel, words: list[str]) -> list[str]:
    """The names of a model that hold every word."""
    names = (row.id, *row.also)
    return [name for name in names if all(word in f"{name} {row.family}".lower() for word in words)]


_SIZE = re.compile(r"<(\d+(?:\.\d+)?)([bm]?)")


@dataclass(frozen=True, slots=True)
class Offered:
    """A model to begin with, as it would be with the present settings. `method`: where it fits with another alone."""

    id: str
    row: Recommended
    size: int
    needs: int
    method: str = ""

    @property
    def facts(self) -> str:
        """What is known of it, in a line."""
        method = f" Fits as {_TITLES[self.method]}." if self.method else ""
        return f"{self.row.why} {self.row.licence}, {self.row.year}, {self.row.context // 1024}k tokens.{method}"


_TITLES = {"lora": "LoRA", "qlora": "QLoRA"}


def filters(wanted: str) -> tuple[str, Kind | None, int | None]:
    """The words to search for, and the kind and the most parameters (`<8B`) among them."""
    words, kind, most = list[str](), None, None
    for word in wanted.lower().split():
        size = _SIZE.fullmatch(word)
        if size:
            most = int(float(size[1]) * (1e6 if size[2] == "m" else 1e9))
        elif word in KINDS:
            kind = next(one for one in KINDS if one == word)
        else:
            words.append(word)
    return " ".join(words), kind, most


def offered(state: State, kind: Kind | None = None, most: int | None = None) -> list[Offered]:
    """Three to five models that suit the machine and the data of this plan, with the present method or a cheaper one.

    The largest with the present method comes first, then the largest with another, then the largest of other makers.
    """
    wish = sought(state.plan)
    wish = replace(wish, kind=kind or wish.kind, most=most)
    if state.machine.free_bytes is None:
        return []
    found = [_offered(state, row) for row in recommended().values() if suits(row, wish)]
    ordered = sorted(filter(None, found), key=partial(_place, wish))
    first = [next((one for one in ordered if bool(one.method) is other), None) for other in (False, True)]
    chosen = [one for one in first if one is not None]
    makers = {maker(one.id) for one in chosen}
    for one in ordered:
        if maker(one.id) not in makers:
            makers.add(maker(one.id))
            chosen.append(one)
    return [*chosen, *(one for one in ordered if one not in chosen)][:MOST]


def _place(wish: Sought, one: Offered) -> tuple[float, ...]:
    return place(one.id, built(one.id), wish)


def _offered(state: State, row: Recommended) -> Offered | None:
    model, free = built(row.id), state.machine.free_bytes
    after = state.with_model(row.id, model, None)
    need = estimate(after.plan, model, state.machine)
    if need.fit(free) == "fits":
        return Offered(row.id, row, model.parameters, need.device.likely)
    for method in cheaper_methods(after.plan)[1:]:
        if method in _TITLES:
            need = estimate(after.plan.changed(method_changes(method, after.plan, model)), model, state.machine)
            if need.fit(free) == "fits":
                return Offered(row.id, row, model.parameters, need.device.likely, method)
    return None
