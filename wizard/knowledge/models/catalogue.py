"""The model catalogue: the rows of catalogue.toml, built into Models when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import tomli

from wizard.domain.model import Model
from wizard.knowledge.load import text, toml
from wizard.knowledge.models.architecture import build, names_by_layer

_HEAD = "[[model]]\n"


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """One row: an architecture with its published parameter count, and other ids with the same shapes."""

    id: str
    family: str
    parameters: int
    source: str
    date: str
    gated: bool
    also: tuple[str, ...]
    config: dict[str, Any]

    @property
    def short(self) -> str:
        """The id without its owner."""
        return self.id.rpartition("/")[2]


@cache
def catalogue() -> dict[str, CatalogueModel]:
    """Every row by its Hugging Face id, in the order of the file."""
    return {row["id"]: _typed(row) for row in toml("models/catalogue")["model"]}


def _typed(row: Mapping[str, Any]) -> CatalogueModel:
    return CatalogueModel(
        id=row["id"],
        family=row["family"],
        parameters=row["parameters"],
        source=row["source"],
        date=str(row["date"]),
        gated=bool(row.get("gated", False)),
        also=tuple(row.get("also", ())),
        config=row["config"],
    )


@cache
def spellings() -> dict[str, str]:
    """Every id and its last part, in lower case, to the row's id. Whole ids go before last parts."""
    found: dict[str, str] = {}
    for row in catalogue().values():
        for name in (row.id, *row.also):
            found.setdefault(name.lower(), row.id)
    for row in catalogue().values():
        for name in (row.id, *row.also):
            found.setdefault(name.rpartition("/")[2].lower(), row.id)
    return found


def find(name: str) -> CatalogueModel | None:
    """The row of this id (or of one with the same shapes), without regard to case; None if there is none."""
    wanted = name.strip().rstrip("/").lower()
    if (alone := _alone(wanted)) is not None:
        return alone
    known = spellings().get(wanted)
    return catalogue()[known] if known else None


def whole_id(last_part: str) -> str | None:
    """The id with this last part, that of the row's own owner before copies elsewhere; None if there is none."""
    row = find(last_part)
    ids = () if row is None else (row.id, *row.also)
    named = [one for one in ids if one.rpartition("/")[2].lower() == last_part.lower()]
    owned = [one for one in named if row is not None and one.partition("/")[0] == row.id.partition("/")[0]]
    return next(iter([*owned, *named]), None)


def gated(name: str) -> bool:
    """Whether this id asks for terms to be accepted: known of the row's own owner alone, not of copies elsewhere."""
    row = find(name)
    return row is not None and row.gated and name.partition("/")[0] == row.id.partition("/")[0]


@lru_cache(maxsize=512)
def _alone(wanted: str) -> CatalogueModel | None:
    """The row of this whole id in lower case, read without the others; None where only all of them can tell.

    So the wizard's first frame and a check of one file wait for one row, not for 150 KB.
    """
    held = [row for row, lowered in _parts() if f"'{wanted}'" in lowered]
    if len(held) != 1:
        return None
    row = _typed(tomli.loads(held[0])["model"][0])
    return row if wanted in (one.lower() for one in (row.id, *row.also)) else None


@cache
def _parts() -> tuple[tuple[str, str], ...]:
    """The text of each row, as it is and in lower case."""
    _, *rows = text("models/catalogue").split(_HEAD)
    return tuple((_HEAD + row, row.lower()) for row in rows)


@cache
def built(catalogue_id: str) -> Model:
    """The Model of a row."""
    row = find(catalogue_id)
    assert row is not None
    return build(row.config, row.id, family=row.family)


@lru_cache(maxsize=32)
def layers_of(catalogue_id: str) -> tuple[frozenset[str], ...]:
    """Of each decoder layer of a row the parameters' names, from the layer."""
    row = find(catalogue_id)
    return names_by_layer(row.config) if row is not None else ()
