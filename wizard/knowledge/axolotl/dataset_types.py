"""The types of datasets that Axolotl's loaders find; dataset_types.json, written by `scripts/dataset_types.py`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from wizard.domain.version import Version, parse_version

Transforms = Mapping[str, Mapping[str, Mapping[str, str]]]
"""The functions of each module, each with the columns that it reads by the key that renames them."""
PREFERENCE = ("dpo", "kto", "orpo", "ebft")


@dataclass(frozen=True, slots=True)
class DatasetTypes:
    """What one version has: modules with their loading functions, names with a handler of their own, prompt styles,
    modules for reward models, and for each kind of preference training its transforms. `reads`: the keys of an entry
    that a module of supervised training may read.
    """

    supervised: Mapping[str, tuple[str, ...]]
    handlers: tuple[str, ...]
    styles: tuple[str, ...]
    reward: Mapping[str, tuple[str, ...]]
    transforms: Mapping[str, Transforms]
    reads: Mapping[str, frozenset[str]]

    def names(self, kind: str) -> tuple[str, ...]:
        """Every type of a kind of training, as it may be written: `supervised`, `reward`, or one of PREFERENCE."""
        if kind in self.transforms:
            modules = self.transforms[kind]
            return tuple(f"{module}.{name}" for module, found in modules.items() for name in found)
        modules_of = self.supervised if kind == "supervised" else self.reward
        start = "" if kind == "supervised" else "bradley_terry."
        found = [
            start + (module if name == "load" else f"{module}.{name}")
            for module, names in modules_of.items()
            for name in names
            if module != "user_defined"
        ]
        return (*found, *(self.handlers if kind == "supervised" else ()))

    def modules(self) -> frozenset[str]:
        """The first word of every type there is."""
        named = {*self.supervised, *self.handlers, *self.reward, *self.transforms, "bradley_terry", "messages"}
        return frozenset(name.partition(".")[0] for name in named.union(*self.transforms.values()))


@cache
def _read() -> Mapping[Version, DatasetTypes]:
    rows: dict[str, Any] = json.loads(Path(__file__).with_name("dataset_types.json").read_text(encoding="utf-8"))
    found = {}
    for text, row in rows.items():
        version = parse_version(text)
        if version is not None:
            found[version] = _typed(rows[row] if isinstance(row, str) else row)
    return found


def _typed(row: dict[str, Any]) -> DatasetTypes:
    return DatasetTypes(
        {module: tuple(names) for module, names in row["supervised"].items()},
        tuple(row["handlers"]),
        tuple(row["styles"]),
        {module: tuple(names) for module, names in row["reward"].items()},
        {kind: row[kind] for kind in PREFERENCE},
        {module: frozenset(keys) for module, keys in row["reads"].items()},
    )


def dataset_types(version: Version) -> DatasetTypes:
    """What a version has; of one that was not looked at, what the newest before it has."""
    known = _read()
    return known[max((one for one in known if one <= version), default=min(known))]
