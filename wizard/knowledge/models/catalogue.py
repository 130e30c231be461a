"""The model catalogue: the rows of catalogue.toml, built into Models when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from wizard.domain.model import Model
from wizard.knowledge.load import toml
from wizard.knowledge.models.architecture import build


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
    return {
        row["id"]: CatalogueModel(
            id=row["id"],
            family=row["family"],
            parameters=row["parameters"],
            source=row["source"],
            date=str(row["date"]),
            gated=bool(row.get("gated", False)),
            also=tuple(row.get("also", ())),
            config=row["config"],
        )
        for row in toml("models/catalogue")["model"]
    }


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
    known = spellings().get(name.strip().rstrip("/").lower())
    return catalogue()[known] if known else None


@cache
def built(catalogue_id: str) -> Model:
    """The Model of a row."""
    row = catalogue()[catalogue_id]
    return build(row.config, row.id, family=row.family)
