"""One line below what a run prints, which is taken away before anything else is printed."""

from __future__ import annotations

import time

from wizard.cli.echo import echo
from wizard.domain.text import plain
from wizard.world.terminal import columns

_ROOM, _KEEP, _BACK = "\x1bD\x1b[A", "\x1b7", "\x1b8"
"""A row below without moving aside, also at the bottom of a terminal; and the cursor kept and put back."""
_BELOW = "\x1b[B\r\x1b[2K"
_QUIET, _EVERY = 0.1, 0.5


class StatusLine:
    """Draws on stderr, where that is a terminal to which only the run writes; else nothing."""

    def __init__(self, *, drawn: bool) -> None:
        self._drawn = drawn
        self._shown = ""
        self._printed = self._said = 0.0
        self._tail = b""

    @property
    def live(self) -> bool:
        """Whether there is a place for it."""
        return self._drawn

    def clear(self) -> None:
        """Take it away: somebody else is about to print."""
        if self._shown:
            self._shown = ""
            echo(_KEEP + _BELOW + _BACK, err=True, nl=False, own=True)

    def printed(self, text: bytes) -> None:
        """Somebody else printed this."""
        self._tail = (self._tail + text)[-64:]
        self._printed = time.monotonic()

    def show(self, text: str) -> None:
        """Draw it, where nothing was printed for a moment and the last that was is whole."""
        now = time.monotonic()
        if not self._drawn or text == self._shown or now - self._printed < _QUIET or now - self._said < _EVERY:
            return
        if not whole(self._tail):
            return
        self._said, self._shown = now, text
        room = columns(2) - 1
        text = plain(text)
        line = text if len(text) <= room else text[: max(0, room - 1)] + "…"
        echo(_ROOM + _KEEP + _BELOW + line + _BACK, err=True, nl=False, own=True)

    def say(self, text: str) -> None:
        """A line of its own among what the run prints, begun where no other line is."""
        self.clear()
        begun = self._tail[-1:] not in (b"", b"\n")
        self._tail = b"\n"
        echo(("\n" if begun else "") + text, err=True)


def whole(tail: bytes) -> bool:
    """Whether a text ends in the middle of nothing: no character, and no sequence that steers a terminal."""
    last = tail.rfind(b"\x1b")
    if last >= 0 and not any(64 <= one <= 126 and one != 91 for one in tail[last + 1 :]):
        return False
    for back in range(1, min(4, len(tail)) + 1):
        byte = tail[-back]
        if byte >= 0xC0:
            return back >= (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4)
        if byte < 0x80:
            return True
    return True
