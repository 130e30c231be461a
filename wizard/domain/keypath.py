"""Paths of keys inside blocks and lists, as findings name them: `trl.beta`, `datasets[0].type`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from wizard.domain.errors import InputError
from wizard.domain.plan import REMOVE

Steps = tuple[str | int, ...]
_PART = re.compile(r"([^.\[\]\s:#]+)((?:\[\d{1,4}\])*)")
_MOST = 8
ABSENT: Final = object()
"""What stands under a path that leads nowhere."""


def steps_of(path: str) -> Steps:
    """The names and numbers of a path. Raises InputError where it is none."""
    found: list[str | int] = []
    for part in path.split("."):
        match = _PART.fullmatch(part)
        if match is None:
            raise InputError(f"'{path}' is no key: write it as trl.beta or datasets[0].type")
        found += [match[1], *map(int, re.findall(r"\d+", match[2]))]
    if len(found) > _MOST:
        raise InputError(f"'{path}' is deeper than any block of Axolotl")
    return tuple(found)


def at(value: object, steps: Steps) -> object:
    """What stands there inside a value, or ABSENT."""
    for step in steps:
        if isinstance(step, int):
            if not isinstance(value, (list, tuple)) or step >= len(value):
                return ABSENT
            value = value[step]
        elif isinstance(value, Mapping) and step in value:
            value = value[step]
        else:
            return ABSENT
    return value


def put(value: object, steps: Steps, new: object, *, over: bool = False) -> object:
    """A value with another one at that place, or without it where the new one is REMOVE; blocks on the way are made.

    REMOVE where nothing is left of the whole. `over`: what is no block or list on the way is replaced by one; without
    it that raises InputError, as does an entry beyond the end of a list.
    """
    if not steps:
        return new
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        return _in_list(value, step, rest, new, over=over)
    if value is ABSENT or value is None or (over and not isinstance(value, Mapping)):
        value = {}
    if not isinstance(value, Mapping):
        raise InputError(f"there is no block to put '{step}' into")
    inner = put(value.get(step, ABSENT), rest, new, over=over) if step in value or new is not REMOVE else REMOVE
    kept = dict(value)
    if inner is REMOVE:
        kept.pop(step, None)
    else:
        kept[step] = inner
    return kept or REMOVE


def _in_list(value: object, place: int, rest: Steps, new: object, *, over: bool) -> object:
    entries = list(value) if isinstance(value, (list, tuple)) else []
    if not (over or value is ABSENT or value is None or isinstance(value, (list, tuple))):
        raise InputError(f"there is no list to have an entry [{place}]")
    if place > len(entries) or (place == len(entries) and new is REMOVE):
        raise InputError(f"there is no entry [{place}]: the list has {len(entries)}")
    inner = put(entries[place] if place < len(entries) else ABSENT, rest, new, over=over)
    entries[place : place + 1] = [] if inner is REMOVE else [inner]
    return entries or REMOVE
