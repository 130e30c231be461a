"""Changes fields in a person's own YAML: what is not changed keeps every byte, comments and quotes too.

The text is spliced where PyYAML, which Axolotl reads with, says that a value stands. Nothing is loaded and
dumped again, so that no other writer's idea of YAML (1.1 or 1.2, long lines, indentation) reaches the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import Any

import yaml

from wizard.domain.errors import InputError
from wizard.domain.plan import REMOVE
from wizard.world.splice import RefusedError, put, rename, take_out
from wizard.world.yamlfile import parse
from wizard.world.yamltree import Spot, tree

Path = tuple[object, ...]


def rewrite(text: str, changes: Mapping[str, object], name: str, near: Sequence[str] = ()) -> str:
    """The text with these top-level fields set, or taken out where the value is REMOVE.

    A new field comes after the first field of `near` that is there, else at the end. Of a block or a list
    only what differs is touched. Read again, the text has the wanted values and no other difference, or
    InputError says why it can't be had (anchors that others use, merged keys, ...).
    """
    before = parse(text, name).values
    wanted = dict(before)
    for key, value in changes.items():
        if value is REMOVE:
            wanted.pop(key, None)
        else:
            wanted[key] = value
    if same(before, wanted):
        return text
    what = ", ".join(f"`{key}`" for key in changes)
    try:
        made = _renamed(text, before, wanted) or _changed(text, before, wanted, (*near, *changes))
    except RefusedError as error:
        raise InputError(f"{what} can't be changed: {error}", file=name) from None
    except (yaml.YAMLError, ValueError):
        raise InputError(f"{what} can't be changed in this way of writing; do it by hand", file=name) from None
    try:
        now = parse(made, name).values
    except InputError as error:
        raise InputError(f"{what} can't be changed: then {error.message}", file=name) from None
    if not same(now, wanted):
        raise InputError(f"{what} can't be changed without changing other values: {_why(text)}", file=name)
    return made


def same(one: object, other: object) -> bool:
    """Whether two YAML values are the same, types told apart; the order of keys is no difference."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float) and isnan(one):
        return isnan(other)
    return bool(one == other)


def _renamed(text: str, before: Any, wanted: Any) -> str | None:
    """The text with one key renamed, at whatever depth, where the change is just that."""
    spot: Spot | None = tree(text)
    while spot is not None and (step := _only_difference(before, wanted)) is not None:
        spot, before, wanted = _child(spot, step[0]), before[step[0]], wanted[step[0]]
    if spot is None or spot.kind != "mapping" or not (isinstance(before, dict) and isinstance(wanted, dict)):
        return None
    old, new = before.keys() - wanted.keys(), wanted.keys() - before.keys()
    if len(old) != 1 or len(new) != 1:
        return None
    (left,), (came,) = old, new
    if not same({**before, came: before[left]}, {**wanted, left: before[left]}):
        return None
    return rename(text, spot, left, came)


def _only_difference(before: Any, wanted: Any) -> tuple[object] | None:
    """The one step under which two values of the same keys or the same length differ."""
    if isinstance(before, dict) and isinstance(wanted, dict) and before.keys() == wanted.keys():
        found: list[object] = [key for key in before if not same(before[key], wanted[key])]
    elif isinstance(before, list) and isinstance(wanted, list) and len(before) == len(wanted):
        found = [number for number, pair in enumerate(zip(before, wanted, strict=True)) if not same(*pair)]
    else:
        return None
    return (found[0],) if len(found) == 1 else None


def _changed(text: str, before: dict[str, object], wanted: dict[str, object], near: Sequence[str]) -> str:
    edits = sorted(_edits(before, wanted, ()), key=lambda edit: edit[1] is REMOVE)  # what is set takes its place first
    for path, value in edits:
        text = _apply(text, path, value, wanted, near)
        if len(path) == 1:
            near = (str(path[0]), *near)  # several new fields stand in the order they were asked for
    return text


def _edits(old: Any, new: Any, path: Path) -> Iterator[tuple[Path, object]]:
    """The smallest parts to set, or to take out, that make `old` into `new`."""
    if isinstance(old, dict) and isinstance(new, dict) and (old.keys() & new.keys() or not path):
        for key, value in new.items():
            if key not in old:
                yield (*path, key), value
            elif not same(old[key], value):
                yield from _edits(old[key], value, (*path, key))
        yield from (((*path, key), REMOVE) for key in old if key not in new)
    elif isinstance(old, list) and isinstance(new, list) and old and len(old) == len(new):
        for index, (left, right) in enumerate(zip(old, new, strict=True)):
            if not same(left, right):
                yield from _edits(left, right, (*path, index))
    else:
        yield path, new


def _apply(text: str, path: Path, value: object, wanted: object, near: Sequence[str]) -> str:
    spot = tree(text)
    for step in path[:-1]:
        wanted = wanted[step]  # type: ignore[index]
        child = _child(spot, step)
        if child is None or child.kind in ("alias", "scalar"):  # set elsewhere: this place gets a value of its own
            return put(text, spot, step, wanted, near)
        spot = child
    if value is REMOVE:
        return take_out(text, spot, path[-1])
    return put(text, spot, path[-1], value, near)


def _child(spot: Spot, step: object) -> Spot | None:
    if spot.kind == "sequence":
        return spot.parts[step] if isinstance(step, int) else None
    found = spot.entry(step)
    return found[1] if found else None


def _why(text: str) -> str:
    if "<<" in text:
        return "it is merged in with `<<`; change it there by hand"
    if "&" in text:
        return "an anchor is used elsewhere; change it by hand"
    return "change it by hand"
