"""Follows a run to its end in the plain form: what it prints goes on as it comes, and one line stands below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from wizard.cli.echo import echo
from wizard.cli.statusline import StatusLine
from wizard.world.terminal import unmixed

if TYPE_CHECKING:
    from wizard.cli.standing import Beside
    from wizard.world.launched import Launched

Ending = tuple[Sequence[str], int]
"""What is said at the end, each to be printed as it is, and the exit code."""


class Face(Protocol):
    """How a run is shown. `line`: where what is said beside it goes. `held`: as of `Launched`."""

    @property
    def line(self) -> StatusLine:
        """It."""

    @property
    def held(self) -> int | None:
        """It."""

    def follow(self, run: Launched, beside: Beside, over: Callable[[], Ending]) -> None:
        """To its end, and say the last words."""


class PlainForm:
    """Line by line."""

    held = None

    def __init__(self) -> None:
        self.line = StatusLine(drawn=unmixed())

    def follow(self, run: Launched, beside: Beside, over: Callable[[], Ending]) -> None:
        """To its end, and say the last words."""
        with run.heeding():
            for event in run.events():
                if event is None:
                    beside.ticks()
                else:
                    beside.printed(event.text, error=event.error, beside=event.beside)
        beside.ends()
        (first, *others), _ = over()
        self.line.say(first)
        for text in others:
            echo(text, err=True)
