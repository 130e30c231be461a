"""A process that is stopped and goes on: the terminal is taken again once, and only where it was given back.

Textual takes it at every SIGCONT, also after a SIGSTOP, which nobody hears and after which it still has it: a second
thread would read and write there, and what it keeps of the terminal to give back would be its own settings.

The kernel may hand a signal to any thread, and Python acts on it in the main one: as it goes on, that one may sleep
again before another has taken note of SIGCONT. So each signal wakes the loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Protocol

_HEARD = (signal.SIGTSTP, signal.SIGCONT)


class StopsToo(Protocol):
    """What is stopped with us."""

    def pause(self) -> None:
        """Stop it."""

    def go_on(self) -> None:
        """Let it go on."""


class Pausing:
    """What a stop of the process does to one screen. Only the main thread hears signals: in another nothing begins."""

    def __init__(self) -> None:
        self._tells = -1
        self._given_back = self._behind = False
        self._again: Callable[[], None] = lambda: None

    def begin(self, redraw: Callable[[], object], beside: StopsToo | None = None) -> None:
        """From now on: after a stop that came by surprise, all is drawn again."""
        if threading.current_thread() is not threading.main_thread():
            return
        stops, goes_on = (signal.getsignal(number) for number in _HEARD)
        if not callable(stops) or not callable(goes_on):
            return

        def stop(number: int, frame: FrameType | None) -> None:
            self._given_back = True
            if beside is not None:
                beside.pause()
            stops(number, frame)

        def go_on(number: int, frame: FrameType | None) -> None:
            if beside is not None:
                beside.go_on()
                self._behind = self._given_back and _is_anothers()
                if self._behind:
                    return
            with contextlib.suppress(RuntimeError):  # no loop runs any more
                loop = asyncio.get_running_loop()
                if self._given_back:
                    goes_on(number, frame)
                else:
                    loop.call_soon_threadsafe(redraw)
            self._given_back = False

        self._again = partial(go_on, signal.SIGCONT, None)
        signal.signal(signal.SIGTSTP, stop)
        signal.signal(signal.SIGCONT, go_on)
        self._wake_at_signals()

    def is_behind(self) -> bool:
        """Whether the terminal is another's, as after `bg`: nothing may be drawn then, and once it is ours again it is
        taken.
        """
        if self._behind and not _is_anothers():
            self._again()
        return self._behind

    def _wake_at_signals(self) -> None:
        """From now on a signal wakes the loop, whichever thread it comes to."""
        loop, (hears, self._tells) = asyncio.get_running_loop(), os.pipe()
        for file in (hears, self._tells):
            os.set_blocking(file, False)

        def heard() -> None:
            if not os.read(hears, 4096):  # the end
                loop.remove_reader(hears)
                os.close(hears)

        loop.add_reader(hears, heard)
        signal.set_wakeup_fd(self._tells, warn_on_full_buffer=False)

    def end(self) -> None:
        """From now on a stop is what it is to any process."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in _HEARD:
            signal.signal(number, signal.SIG_DFL)
        if self._tells >= 0:
            signal.set_wakeup_fd(-1)
            os.close(self._tells)
            self._tells = -1


def _is_anothers() -> bool:
    """Whether the keys of the terminal on stdin go to other processes."""
    try:
        return os.tcgetpgrp(0) != os.getpgrp()
    except OSError:
        return False
