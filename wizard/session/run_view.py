"""What a screen shows of a run while it lasts, and what it may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from wizard.session.scrollback import Scrollback


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One GPU, host memory or the disk, in bytes; None where not known. `of`: what there is of it."""

    name: str
    now: int | None = None
    peak: int | None = None
    likely: int | None = None
    high: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run at one moment. `where`: phase and step. `news`: what was said of it so far, the latest last.

    `ended`: how, "" while it lasts. `closes`: the screen has nothing more to show.
    """

    where: str
    rows: tuple[HeldRow, ...] = ()
    news: tuple[str, ...] = ()
    ended: str = ""
    closes: bool = False


class RunSource(Protocol):
    """The run behind the screen. `launched`: by us, so that a key can end it; else a key ends the watching alone.

    `verdict_at`: the line of the output where what is said at the end begins.
    """

    name: str
    launched: bool
    output: Scrollback
    verdict_at: int

    def look(self) -> RunSeen:
        """What is known of it now."""

    def stop(self) -> str:
        """Ask it to end, as Ctrl+C does; what was done, as a sentence."""

    def after_save(self) -> str:
        """Let it end after its next save, or no more; what was done, as a sentence."""

    def resized(self) -> None:
        """The terminal has another size."""

    def pause(self) -> None:
        """We are stopped by a key, and so is the run."""

    def go_on(self) -> None:
        """After `pause`."""
