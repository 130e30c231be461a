"""A plan: the keys of one Axolotl config as written, with the line each stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from wizard.domain.version import Version

REMOVE: Final = object()
"""As a value in `Plan.changed`: take the key out."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The training settings with Axolotl's own field names, every other key untouched, in file order.

    What is written and what Axolotl makes of it are different things: this is the first;
    `wizard.axolotl.effective` gives the second. `lines` maps top-level keys to 1-based lines of `source`.
    `axolotl`: the version that it is for; None: the newest known.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    source: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    axolotl: Version | None = None

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

    def changed(self, changes: Mapping[str, object]) -> Plan:
        """A new plan with these keys set, or taken out where the value is REMOVE."""
        values = dict(self.values)
        for key, value in changes.items():
            if value is REMOVE:
                values.pop(key, None)
            else:
                values[key] = value
        return replace(self, values=values)

    def line(self, *keys: str) -> int | None:
        """The line of the first of these keys that the file has."""
        return next((self.lines[key] for key in keys if key in self.lines), None)


def changes(before: Plan, after: Plan) -> dict[str, object]:
    """The fields to set, and to REMOVE, that make one plan of the other."""
    old, new = before.values, after.values
    found = {key: value for key, value in new.items() if key not in old or old[key] != value}
    return found | {key: REMOVE for key in before.values if key not in after.values}
