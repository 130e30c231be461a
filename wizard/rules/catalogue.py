"""Every rule, in the order of their codes. A rule's file is imported when the rule is first asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from functools import cache

from wizard.domain.errors import InputError
from wizard.domain.nearest import did_you_mean
from wizard.rules._catalogue_generated import WRITTEN
from wizard.rules.entry import CatalogueError, Entry, ordered
from wizard.rules.registry import Rule

ENTRIES: tuple[Entry, ...] = ordered(WRITTEN)
"""One row for each rule, for those who need no more than its code, name, topic or keys."""


@cache
def load(entry: Entry) -> Rule:
    """The rule of a row. Raises CatalogueError where its file no longer says what the row does."""
    found = getattr(importlib.import_module(entry.module), entry.function, None)
    if not isinstance(found, Rule) or found.entry != entry:
        raise CatalogueError(f"{entry.file} has changed since the catalogue was written: run `python -m scripts.rules`")
    return found


@cache
def every_rule() -> tuple[Rule, ...]:
    """All of them, with their texts: this imports every rule's file."""
    return tuple(load(entry) for entry in ENTRIES)


@cache
def _by_key() -> tuple[dict[str, list[int]], list[int]]:
    """The places in ENTRIES of the rules to ask for a key, and of those that are always asked."""
    asked: dict[str, list[int]] = {}
    for place, entry in enumerate(ENTRIES):
        for key in entry.keys:
            asked.setdefault(key, []).append(place)
    return asked, [place for place, entry in enumerate(ENTRIES) if not entry.keys]


def rules_for(written: Iterable[str]) -> Iterator[Rule]:
    """The rules that have something to look at in a plan with values for these keys, in order."""
    asked, always = _by_key()
    places = set(always)
    for key in written:
        places.update(asked.get(key, ()))
    return map(_at, sorted(places))


@cache
def _at(place: int) -> Rule:
    """The rule at this place of ENTRIES: a number is found sooner than a row."""
    return load(ENTRIES[place])


@cache
def _by_word() -> dict[str, Entry]:
    return {word: entry for entry in ENTRIES for word in (entry.code.lower(), entry.name)}


def words() -> list[str]:
    """The codes and names by which a rule can be called."""
    return [word for entry in ENTRIES for word in (entry.code, entry.name)]


def find(text: str) -> Entry:
    """The rule with this code or name, without regard to case. Raises InputError with the nearest one."""
    found = _by_word().get(text.strip().lower())
    if found is None:
        raise InputError(f"there is no rule '{text}'.{did_you_mean(text, words())}")
    return found
