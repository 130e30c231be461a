"""What the server needs of the outside: commands that are run, and the one folder that it may write into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed. `cut`: it was ended, for its time or for how much it printed; empty where it was not."""

    code: int
    out: str
    err: str
    cut: str = ""


class Commands(Protocol):
    """Runs memwizard's commands, each in a process of its own, for a bounded time."""

    async def run(self, arguments: Sequence[str], text: str = "") -> Ran:
        """`memwizard ARGUMENTS` with this text on stdin."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """What became of a text: `exists` means that nothing was written, as another text stands there already."""

    path: str
    status: Literal["new", "same", "replaced", "exists"]
    difference: str = ""
    backup: str | None = None


class Folder(Protocol):
    """The folder that texts may be written into."""

    def write(self, name: str, text: str, *, overwrite: bool) -> Wrote:
        """Write a config. Raises InputError where the name leads out of the folder, or the text is no config."""
