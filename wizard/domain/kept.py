"""Results kept for a while."""

from __future__ import annotations

from contextlib import suppress
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(dict[Key, Value]):
    """At most `most` results by what they were made of: where one more comes, the oldest goes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: Key, value: Value) -> None:
        if len(self) >= self._most and key not in self:
            with suppress(StopIteration, RuntimeError):  # another thread may have changed it meanwhile
                self.pop(next(iter(self)), None)
        super().__setitem__(key, value)
