"""What was written: the one place that knows, to be asked at any moment, also after an interruption."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from wizard.world.swap import Swap


class Written(NamedTuple):
    """A file that has its new content now: its name as it was given, and where the old content is kept.

    `backup`: None where there was none, or none was to be kept. `new`: there was no such file before.
    """

    path: Path
    backup: Path | None
    new: bool


class Ledger:
    """The person's files that this process writes. `meant`: how many the command means to look at, 0 for unknown."""

    def __init__(self) -> None:
        self.meant = 0
        self._swaps: list[Swap] = []

    def clear(self) -> None:
        """Another command begins."""
        self.meant = 0
        self._swaps.clear()

    def note(self, swap: Swap) -> None:
        """To be called before anything is done: what becomes of it is asked of itself."""
        self._swaps.append(swap)

    def written(self) -> tuple[Written, ...]:
        """Each file that has its new content, once, in the order of writing."""
        found: dict[Path, Written] = {}
        for swap in list(self._swaps):
            if swap.in_place:
                found.setdefault(swap.path, Written(swap.path, swap.backup, swap.old is None))
        return tuple(found.values())

    def parted(self) -> tuple[Path, ...]:
        """Written files that had other names (hard links), which keep the old content."""
        return tuple(swap.path for swap in self._swaps if swap.in_place and swap.old and swap.old.st_nlink > 1)


LEDGER = Ledger()
"""That of this process."""
