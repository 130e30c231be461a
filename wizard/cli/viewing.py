"""`--tui`: whether there is a screen to draw on, and what it shows of a run that a thread beside it follows."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from wizard.cli import run_seen
from wizard.cli.common import at_terminal
from wizard.cli.statusline import StatusLine
from wizard.domain.secrets import masked
from wizard.domain.text import safe
from wizard.session.run_view import RunSeen
from wizard.session.scrollback import Scrollback
from wizard.world.terminal import hung_up, own_terminal, unmixed

if TYPE_CHECKING:
    from wizard.cli.standing import Beside
    from wizard.domain.estimate import Range
    from wizard.ui.run_app import RunApp

LEAST = (60, 16)
"""Columns and rows below which there is no room for figures, output and keys."""
_OURS = "memwizard: "


def why_not() -> str:
    """Why there is no screen to draw on, as the rest of a sentence; "" where there is one."""
    if os.environ.get("TERM", "") in ("dumb", "unknown", ""):
        return "TERM is dumb or not set"
    if not at_terminal():
        return "it needs a terminal on stdin and stderr"
    if not unmixed():
        return "what goes to another program (|) would be drawn over"
    if own_terminal() < 0:
        return "it was started behind other programs (&)"
    with contextlib.suppress(OSError):
        size = os.get_terminal_size(2)
        if size != (0, 0) and (size.columns < LEAST[0] or size.lines < LEAST[1]):
            return f"the terminal is {size.columns}x{size.lines}, and it needs {LEAST[0]}x{LEAST[1]}"
    return ""


class ViewLine(StatusLine):
    """What is said beside a run is news on the screen; once that is gone, `plain` is what it stands in for."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(drawn=True)
        self.tell = tell
        self.plain: StatusLine | None = None

    def goes_on(self, plain: StatusLine) -> None:
        """The screen is gone."""
        plain.printed(self._tail)
        self.plain, self._drawn = plain, plain.live

    def clear(self) -> None:
        """Nothing is to be taken away from a screen."""
        if self.plain is not None:
            self.plain.clear()

    def printed(self, text: bytes) -> None:
        """The run printed this."""
        super().printed(text)
        if self.plain is not None:
            self.plain.printed(text)

    def show(self, text: str) -> None:
        """A screen looks by itself."""
        if self.plain is not None:
            self.plain.show(text)

    def say(self, text: str) -> None:
        """News."""
        if self.plain is not None:
            self.plain.say(text)
            return
        begun = self._tail[-1:] not in (b"", b"\n")
        self._tail = b"\n"
        self.tell(("\n" if begun else "") + masked(safe(text)) + "\n")


class View:
    """One run as the screen asks for it. `lock`: whoever changes what is known of the run holds it.

    `disk`: bytes that its output folder takes. `free`: those of that disk.
    """

    launched = False

    def __init__(self, name: str, *, disk: Range | None = None, free: Callable[[], int | None] = lambda: None) -> None:
        self.name = name
        self.lock = threading.RLock()
        self.line = ViewLine(self._tell)
        self.output = Scrollback()
        self.verdict_at = 0
        self.beside: Beside | None = None
        self.closes = False
        self.ended = ""
        self.news: list[str] = []
        self._disk, self._free = disk, free

    def app(self) -> RunApp:
        """The screen."""
        from wizard.cli.looking import look_of, sends_ascii
        from wizard.ui.run_app import RunApp
        from wizard.world.preferences import preferences

        settings = preferences()
        return RunApp(self, look_of(settings, in_ascii=sends_ascii(settings)))

    def look(self) -> RunSeen:
        """What is known of it now."""
        if hung_up():
            self.closes = True
        with self.lock:
            beside = self.beside
            if beside is None:
                return RunSeen("start", closes=self.closes)
            rows = run_seen.rows(beside, self._disk, self._free() if self._disk is not None else None)
            return RunSeen(run_seen.where(beside), rows, tuple(self.news[-3:]), self.ended, self.closes)

    def prints(self, text: bytes, *, error: bool = False) -> None:
        """The run printed this."""
        self.output.takes(text, int(error))

    def ends(self, words: Sequence[str]) -> None:
        """It is over, and this is said of it."""
        self.output.begins()
        self.verdict_at = self.output.end
        self.output.says(masked(safe("\n".join(words))))
        self.ended = words[0].removeprefix(_OURS)

    def _tell(self, text: str) -> None:
        said = text.strip("\n")
        self.news.append(said.removeprefix(_OURS))
        self.output.says(said)

    def stop(self) -> str:
        """The watching ends; the run goes on."""
        self.closes = True
        return ""

    def after_save(self) -> str:
        """It is not ours to end."""
        return ""

    def resized(self) -> None:
        """It has a terminal of its own, or none."""

    def pause(self) -> None:
        """It goes on."""

    def go_on(self) -> None:
        """As it does."""
