"""A plan: the keys of one Axolotl config as written, with the line each stands on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from wizard.domain.named import NamedFile
from wizard.domain.text import in_yaml
from wizard.domain.version import Version

REMOVE: Final = object()
"""As a value in `Plan.changed`: take the key out."""


def _nowhere(_path: str) -> None:
    """The place of a nested key in a plan that no file holds."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A key that one mapping has several times; the last counts, as in PyYAML.

    `path`: the names that lead to it, itself last; `lines`: of each, in order.
    """

    path: tuple[str, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The training settings with Axolotl's own field names, every other key untouched, in file order.

    What is written and what Axolotl makes of it are different things: this is the first;
    `wizard.axolotl.effective` gives the second. `lines` maps top-level keys to 1-based lines of `source`; `where`
    gives line and columns of a nested key by its path, such as `trl.beta` or `datasets[0].type`. `axolotl`: the
    version that it is for; None: the newest known. `repeated`: keys that stand there several times. `files`: the JSON
    files that it names, by their paths as written; of others nothing is known.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    source: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    axolotl: Version | None = None
    repeated: tuple[Repeated, ...] = ()
    files: Mapping[str, NamedFile] = field(default_factory=dict, repr=False, compare=False)
    where: Callable[[str], tuple[int, int, int] | None] = field(default=_nowhere, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __getitem__(self, key: str) -> object:
        return self.values[key]

    def __contains__(self, key: object) -> bool:
        return key in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def get(self, key: str, default: object = None) -> object:
        """The value as written; `default` when the key is absent or null."""
        if key not in self.values:  # most are absent, and this is asked some forty times an estimate
            return default
        value = self.values[key]
        return default if value is None else value

    def shown(self, key: str) -> str:
        """The value as YAML writes it on one line, for a sentence; `null` where there is none."""
        return in_yaml(self.values.get(key))

    def changed(self, changes: Mapping[str, object]) -> Plan:
        """A new plan with these keys set, or taken out where the value is REMOVE; they stand there once then."""
        values = dict(self.values)
        for key, value in changes.items():
            if value is REMOVE:
                values.pop(key, None)
            else:
                values[key] = value
        repeated = tuple(one for one in self.repeated if one.path[0] not in changes)
        return replace(self, values=values, repeated=repeated)

    def for_axolotl(self, version: Version | None) -> Plan:
        """The same for this version."""
        return replace(self, axolotl=version)

    def line(self, *keys: str) -> int | None:
        """The line of the first of these keys, or paths of nested ones, that the file has.

        Of a path that it does not have, the line of what is nearest around it.
        """
        for key in keys:
            if key in self.lines:
                return self.lines[key]
            if (place := self.where(key)) is not None:
                return place[0]
        return None


def changes(before: Plan, after: Plan) -> dict[str, object]:
    """The fields to set, and to REMOVE, that make one plan of the other.

    One that stands several times in the first alone is set to what it is.
    """
    old, new = before.values, after.values
    once = {one.path[0] for one in before.repeated} - {one.path[0] for one in after.repeated}
    found = {key: value for key, value in new.items() if key in once or key not in old or old[key] != value}
    return found | {key: REMOVE for key in before.values if key not in after.values}
