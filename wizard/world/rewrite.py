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
from wizard.world.renaming import renamed
from wizard.world.splice import RefusedError, only_last, put, take_out
from wizard.world.yamlfile import parse
from wizard.world.yamltree import Spot, tree

Path = tuple[object, ...]
Edit = tuple[Path, object]


def rewrite(text: str, changes: Mapping[str, object], name: str, near: Sequence[str] = ()) -> str:
    """The text with these top-level fields set, or taken out where the value is REMOVE.

    Of a key that stands there several times the last is set, which is the one that counts; one that is set to what it
    is keeps that one alone.

    A new field comes after the first field of `near` that is there, else at the end. Of a block or a list
    only what differs is touched. Read again, the text has the wanted values and no other difference, or
    InputError says why it can't be had (anchors that others use, merged keys, ...).
    """
    document = parse(text, name)
    before = document.values
    wanted = dict(before)
    for key, value in changes.items():
        if value is REMOVE:
            wanted.pop(key, None)
        else:
            wanted[key] = value
    doubled = {one.path[0] for one in document.repeated}
    once = [key for key in changes if key in doubled and key in wanted and same(before[key], wanted[key])]
    if same(before, wanted) and not once:
        return text
    text = _once(text, once, name)
    tried = (_with_names(text, before, wanted), text)
    for start in dict.fromkeys(tried):
        try:
            return _rewritten(start, wanted, tuple(changes), name, near)
        except InputError as error:
            refused = error
    raise refused


def _once(text: str, keys: Sequence[str], name: str) -> str:
    """The text in which each of these keys stands once. Raises InputError where that can't be had."""
    try:
        return only_last(text, tree(text), keys) if keys else text
    except RefusedError as error:
        what = ", ".join(f"`{key}`" for key in keys)
        raise InputError(f"{what} can't be changed: {error}", file=name) from None


def _with_names(text: str, before: dict[str, object], wanted: dict[str, object]) -> str:
    """The text with keys that get a new name, where that is all that happens to it."""
    try:
        made = renamed(text, before, wanted, same)
        parse(made, "")
    except (RefusedError, yaml.YAMLError, ValueError, InputError):
        return text
    return made


def _rewritten(text: str, wanted: dict[str, object], changed: Sequence[str], name: str, near: Sequence[str]) -> str:
    """The text with these values and no other difference. Raises InputError where that can't be had."""
    what = ", ".join(f"`{key}`" for key in changed)
    try:
        made = _ended(_changed(text, parse(text, name).values, wanted, (*near, *changed)), text)
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


def _ended(made: str, text: str) -> str:
    """Lines that end as those of the text did, where none of its lines is left whose end could be looked at."""
    alike = "\r\n" in text and text.count("\n") == text.count("\r\n")
    return made.replace("\n", "\r\n") if alike and "\r" not in made else made


def same(one: object, other: object) -> bool:
    """Whether two YAML values are the same, types told apart; the order of keys is no difference."""
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (isnan(one) and isnan(other))  # in whatever words
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _changed(text: str, before: dict[str, object], wanted: dict[str, object], near: Sequence[str]) -> str:
    edits = sorted(_edits(before, wanted, ()), key=lambda edit: edit[1] is REMOVE)  # what is set takes its place first
    for path, value in edits:
        if _entry(path) is None:
            text = _apply(text, tree(text), path, value, wanted, near)
        if len(path) == 1:
            near = (str(path[0]), *near)  # several new fields stand in the order they were asked for
    return _in_lists(text, [edit for edit in edits if _entry(edit[0]) is not None], wanted, near)


def _entry(path: Path) -> Path | None:
    """The way to the entry of a list that a path leads through, the outermost one."""
    return next((path[: place + 1] for place, step in enumerate(path) if isinstance(step, int)), None)


def _in_lists(text: str, edits: list[Edit], wanted: object, near: Sequence[str]) -> str:
    """The text with these edits within entries of lists.

    The entries are taken from the last on: what stands before keeps its place, so that the text is not parsed again for
    each of thousands.
    """
    waiting: dict[Path, list[Edit]] = {}
    for edit in edits:
        waiting.setdefault(_entry(edit[0]) or (), []).append(edit)
    while waiting:
        root = tree(text)
        places = {entry: _start(root, entry) for entry in waiting}
        elsewhere = [entry for entry, start in places.items() if start is None]
        for entry in elsewhere[:1] or sorted(waiting, key=lambda one: -(places[one] or 0)):
            path, value = waiting[entry].pop(0)
            text = _apply(text, root, path, value, wanted, near)
        waiting = {entry: left for entry, left in waiting.items() if left}
    return text


def _start(root: Spot, entry: Path) -> int | None:
    """Where an entry of a list begins; None where the list is not written there itself."""
    spot: Spot | None = root
    for step in entry:
        spot = _child(spot, step) if spot is not None and spot.kind not in ("alias", "scalar") else None
    return spot.start if spot is not None else None


def _edits(old: Any, new: Any, path: Path) -> Iterator[Edit]:
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


def _apply(text: str, spot: Spot, path: Path, value: object, wanted: object, near: Sequence[str]) -> str:
    """The text with one edit; `spot`: the root of its tree."""
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
