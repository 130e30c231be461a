"""Rows of a data set that is named by its id on the hub: looked for once, and only where they are to be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping

from wizard.domain.head import Head
from wizard.session.ports import Data

_ID = re.compile(r"[\w.-]+/[\w.-]+")
_Key = tuple[object, object, object]


class FarRows:
    """What was found so far, by path, config and split."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._found: dict[_Key, Head | None] = {}

    @staticmethod
    def may_have(here: Head | None) -> bool:
        """Whether what a path names may be on the hub: it is nothing here, and looks like an id."""
        return here is not None and here.state == "missing" and _ID.fullmatch(here.path) is not None

    def head(self, entry: Mapping[str, object]) -> Head | None:
        """The head, as far as it is known; None while it is not, so that it can be looked for."""
        key = _key(entry)
        if key not in self._found and (nowhere := self._data.far_nowhere(entry)) is not None:
            self._found[key] = nowhere
        return self._found.get(key)

    def is_of(self, head: Head) -> bool:
        """Whether a head is one of those."""
        return any(one is head for one in self._found.values())

    def wants(self, entry: Mapping[str, object], here: Head | None) -> bool:
        """Whether an entry was not looked for yet."""
        return self.may_have(here) and self.head(entry) is None and _key(entry) not in self._found

    def look(self, entry: Mapping[str, object]) -> Head:
        """Look for it; may take seconds, so a screen calls it beside. Nobody else looks for it meanwhile."""
        self._found[_key(entry)] = None
        head = self._data.far_head(entry)
        self._found[_key(entry)] = head
        return head


def _key(entry: Mapping[str, object]) -> _Key:
    return str(entry.get("path")), str(entry.get("name")), str(entry.get("split"))
