"""Typed questions to a config.json: every odd or missing value ends as one InputError that names its key."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from wizard.domain.errors import InputError

Config = Mapping[str, Any]
_NOTHING: Config = MappingProxyType({})
_LARGEST = 2**31
"""No size of a model comes near; a larger one is a slip."""


class Reader:
    """One block of a config.json and what it means where it is silent (`unsaid`).

    `place` is the block's own key ("vision_config"), for error texts. A key may name several,
    "a|b": the first that has a value counts.
    """

    def __init__(self, config: Config, unsaid: Config = _NOTHING, place: str = "") -> None:
        self.config = config
        self.unsaid = unsaid
        self.place = place

    def find(self, keys: str) -> Any:
        """The value as it stands; None where there is none."""
        for source in (self.config, self.unsaid):
            for key in keys.split("|"):
                value = source.get(key)
                if value is not None:
                    return value
        return None

    def size(self, keys: str, default: int | None = None) -> int:
        """A positive whole number."""
        value = self.find(keys)
        if value is None:
            if default is not None:
                return default
            raise InputError(f"the config has no {self._name(keys)}, which its architecture needs")
        if not _whole(value) or not 0 < value < _LARGEST:
            raise self.odd(keys, "a positive whole number")
        return int(value)

    def count(self, keys: str) -> int:
        """A whole number that may be absent: 0."""
        value = self.find(keys) if keys else None
        if value is None:
            return 0
        if not _whole(value) or not 0 <= value < _LARGEST:
            raise self.odd(keys, "a whole number")
        return int(value)

    def product(self, keys: str) -> int:
        """A whole number, or several with `*` between; each must be there, and may be 0."""
        found = 1
        for key in keys.split("*"):
            found *= self.size(key.strip()) if self.find(key.strip()) is None else self.count(key.strip())
        return found

    def number(self, keys: str) -> float:
        """Any positive number; 0 where it is absent."""
        value = self.find(keys)
        if value is None:
            return 0.0
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _LARGEST:
            raise self.odd(keys, "a positive number")
        return float(value)

    def drops(self, keys: str) -> bool:
        """Whether training drops something there: a share above 0."""
        value = self.find(keys)
        return isinstance(value, int | float) and value > 0

    def told(self, setting: str | bool) -> bool:
        """A yes or no, perhaps asked of the config; absent is no."""
        if isinstance(setting, bool):
            return setting
        value = self.find(setting) if setting else False
        if value is None or value is False:
            return False
        if value is True:
            return True
        raise self.odd(setting, "true or false")

    def items(self, keys: str) -> list[Any]:
        """A list that may be absent: []."""
        value = self.find(keys)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise self.odd(keys, "a list")
        return list(value)

    def numbers(self, keys: str) -> list[int]:
        """A list of whole numbers that may be absent: []."""
        found = self.items(keys)
        if not all(_whole(value) and 0 <= value < _LARGEST for value in found):
            raise self.odd(keys, "a list of whole numbers")
        return found

    def odd(self, keys: str, wanted: str) -> InputError:
        """The error for a value that is not what it has to be."""
        return InputError(f"{self._name(keys)} is {_shown(self.find(keys))}, not {wanted}")

    def _name(self, keys: str) -> str:
        names = keys.split("|")
        key = next((name for name in names if self.config.get(name) is not None), names[0])
        return f"`{self.place}.{key}`" if self.place else f"`{key}`"


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # more digits than Python prints, or a list in itself
        return "a value"
    return text if len(text) <= 60 else text[:57] + "..."
