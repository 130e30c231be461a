"""Which keys of a change are an old key under a new name: those are renamed where they stand, with their comments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from wizard.world.splice import rename
from wizard.world.yamltree import Spot, tree

Path = tuple[object, ...]
Same = Callable[[object, object], bool]


def renamed(text: str, before: dict[str, object], wanted: dict[str, object], same: Same) -> str:
    """The text with every key that only changes its name, or its name and value, under the new name.

    A key that can't be renamed where it stands is left as it is.
    """
    pairs = list(_pairs(before, wanted, (), same))
    root = tree(text) if pairs else None
    found = [(_at(root, path), old, new) for path, old, new in pairs if root is not None]
    keys = [
        (spot.parts[2 * number], new)
        for spot, old, new in found
        if spot is not None and spot.kind == "mapping"
        for number in spot.numbers(old)
    ]
    for key, new in sorted(keys, key=lambda one: -one[0].start):  # from the end on: what stands before keeps its place
        text = rename(text, key, new)
    return text


def _pairs(old: dict[Any, Any], new: dict[Any, Any], path: Path, same: Same) -> Iterator[tuple[Path, str, str]]:
    """Where, from which and to which name: twins of one value first, then what stands alone with another value."""
    gone = [key for key in old if key not in new and isinstance(key, str)]
    came = [key for key in new if key not in old and isinstance(key, str)]
    left = list(gone)
    for key in gone:
        twin = next((one for one in came if same(old[key], new[one]) and (key.endswith(one) or len(gone) == 1)), None)
        if twin is not None:
            came.remove(twin)
            left.remove(key)
            yield path, key, twin
    said = [key for key in left if old[key] is not None and not isinstance(old[key], (dict, list))]
    if len(said) == 1 and came and not isinstance(new[came[0]], (dict, list)):
        yield path, said[0], came[0]
    for key, value in new.items():
        if key in old:
            yield from _inner(old[key], value, (*path, key), same)


def _inner(old: Any, new: Any, path: Path, same: Same) -> Iterator[tuple[Path, str, str]]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _pairs(old, new, path, same)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (left, right) in enumerate(zip(old, new, strict=True)):
            yield from _inner(left, right, (*path, index), same)


def _at(spot: Spot, path: Path) -> Spot | None:
    """The mapping at a path; None where it is not written there itself."""
    for step in path:
        if isinstance(step, int) and spot.kind == "sequence":
            spot = spot.parts[step]
            continue
        found = spot.entry(step) if spot.kind == "mapping" else None
        if found is None:
            return None
        spot = found[1]
    return spot
