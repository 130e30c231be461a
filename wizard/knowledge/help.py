"""Help that teaches: what each question means and costs, from help.toml, and the words, from glossary.toml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from wizard.knowledge.load import toml


@dataclass(frozen=True, slots=True)
class Topic:
    """One row of help.toml; its head comment explains each field. `field` is empty where Axolotl has none."""

    id: str
    field: str
    what: str
    cost: str
    axolotl: str
    advice: str
    source: str


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """One row of glossary.toml. `more` may be empty; `see` holds other terms' names and fields of Axolotl's."""

    name: str
    short: str
    more: str = ""
    see: tuple[str, ...] = ()


@cache
def topics() -> dict[str, Topic]:
    """Every topic by its id, in the wizard's order."""
    return {row["id"]: Topic(**row) for row in toml("help")["topic"]}


def topic(name: str) -> Topic | None:
    """The topic of a question's id, or of machine, preset, model or target."""
    return topics().get(name)


@cache
def glossary() -> tuple[GlossaryTerm, ...]:
    """Every term, sorted by name."""
    rows = toml("glossary")["term"]
    terms = (GlossaryTerm(**{**row, "see": tuple(row.get("see", ()))}) for row in rows)
    return tuple(sorted(terms, key=lambda one: one.name.casefold()))


@cache
def _terms() -> dict[str, GlossaryTerm]:
    return {one.name.casefold(): one for one in glossary()}


def term(name: str) -> GlossaryTerm | None:
    """The term of this name, in whatever case it is written."""
    return _terms().get(name.strip().casefold())
