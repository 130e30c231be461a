"""A JSON file that a plan names, as it was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

State = Literal["read", "missing", "elsewhere", "broken", "unread"]
"""`elsewhere`: maybe on another machine. `broken`: no JSON object. `unread`: memwizard can't read it."""


def _nowhere(_path: str) -> int | None:
    """The line of a key in a file that was not read."""
    return None


@dataclass(frozen=True, slots=True)
class NamedFile:
    """What is in it; `why`, with `line` where that is known: what is wrong. `where`: the line of a key by its path."""

    state: State
    values: Mapping[str, object] = field(default_factory=dict)
    why: str = ""
    line: int | None = None
    where: Callable[[str], int | None] = field(default=_nowhere, repr=False, compare=False)
