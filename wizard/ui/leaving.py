"""Signals that end the wizard, at any moment of it: none is lost, and the terminal is given back as it was."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

LATEST = 1.0
"""Seconds after a signal, at most."""
_ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
_GIVEN_BACK = (
    b"\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""What Textual sends at its end: no more reports of mouse, focus, size or pastes; lines wrap; the first screen."""


class Signals:
    """Within it a closed line, an interrupt and a polite kill ask an app to leave, by `leave(number)`.

    `number`: the first signal that came; None where none has. `end` says so and ends the process with an exit code: at
    once as long as there is no app, and where it takes too long, for a terminal that is gone takes no more and Textual
    may wait for it for ever.
    """

    def __init__(self, end: Callable[[int], object]) -> None:
        self.number: int | None = None
        self.leave: Callable[[int], object] | None = None
        self._end = end
        self._over = threading.Event()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Signals:
        self._terminal = _attributes()
        self._hears, self._tells = os.pipe()
        threading.Thread(target=self._watch, daemon=True).start()  # now: a signal may find no room for another thread
        for number in _ENDING:
            self._before[number] = signal.signal(number, self._caught)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._over.set()
        os.close(self._tells)

    def _caught(self, number: int, _: FrameType | None) -> None:
        if self.number is None:
            self.number = number
            os.write(self._tells, bytes([number]))
        if self.leave is None:
            self._end(128 + number)
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # before the app runs, or after it
            self.leave(number)
        else:
            loop.call_soon_threadsafe(self.leave, number)

    def _watch(self) -> None:
        """In a thread beside the app."""
        told = self._told()
        os.close(self._hears)
        if told and not self._over.wait(LATEST):
            _give_back(self._terminal)
            self._end(128 + told[0])

    def _told(self) -> bytes:
        """The first signal; empty at the end. A terminal that is hung up is one, whether or not anybody sends it."""
        looked = select.poll()
        looked.register(self._hears, select.POLLIN)
        if self._terminal is not None:
            looked.register(sys.__stdin__.fileno(), 0)  # type: ignore[union-attr]
        while True:
            for file, event in looked.poll():
                if file == self._hears:
                    return os.read(file, 1)
                looked.unregister(file)
                if event & (select.POLLHUP | select.POLLERR):
                    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGHUP)


def _attributes() -> list[Any] | None:
    """How the terminal on stdin is set; None where it is none."""
    try:
        return termios.tcgetattr(sys.__stdin__.fileno()) if sys.__stdin__ is not None else None
    except (OSError, ValueError, termios.error):
        return None


def _give_back(attributes: list[Any] | None) -> None:
    """Set the terminal as it was, as far as it takes that without a wait."""
    with contextlib.suppress(OSError, ValueError, AttributeError, termios.error):
        if attributes is not None:
            termios.tcsetattr(sys.__stdin__.fileno(), termios.TCSANOW, attributes)  # type: ignore[union-attr]
    with contextlib.suppress(OSError, ValueError, AttributeError):
        line = sys.__stderr__.fileno()  # type: ignore[union-attr]
        if select.select([], [line], [], 0)[1]:
            os.write(line, _GIVEN_BACK)
