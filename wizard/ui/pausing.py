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
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import Protocol

_HEARD = (signal.SIGTSTP, signal.SIGCONT)
_waking: list[socket.socket] = []


class StopsToo(Protocol):
    """What is stopped with us."""

    def pause(self) -> None:
        """Stop it."""

    def go_on(self) -> None:
        """Let it go on."""


def begin(redraw: Callable[[], object], beside: StopsToo | None = None) -> Callable[[], bool]:
    """From now on: after a stop that came by surprise, all is drawn again. Only the main thread hears signals.

    What comes back tells whether the terminal is another's, as after `bg`: nothing may be drawn then, and once it is
    ours again it is taken.
    """
    if threading.current_thread() is not threading.main_thread():
        return lambda: False
    stops, goes_on = (signal.getsignal(number) for number in _HEARD)
    if not callable(stops) or not callable(goes_on):
        return lambda: False
    given_back = behind = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal given_back
        given_back = True
        if beside is not None:
            beside.pause()
        stops(number, frame)

    def go_on(number: int, frame: FrameType | None) -> None:
        nonlocal given_back, behind
        if beside is not None:
            beside.go_on()
            behind = given_back and _is_anothers()
            if behind:
                return
        with contextlib.suppress(RuntimeError):  # no loop runs any more
            loop = asyncio.get_running_loop()
            if given_back:
                goes_on(number, frame)
            else:
                loop.call_soon_threadsafe(redraw)
        given_back = False

    def is_behind() -> bool:
        if behind and not _is_anothers():
            go_on(signal.SIGCONT, None)
        return behind

    signal.signal(signal.SIGTSTP, stop)
    signal.signal(signal.SIGCONT, go_on)
    _wake_at_signals()
    return is_behind


def _wake_at_signals() -> None:
    """From now on a signal wakes the loop, whichever thread it comes to."""
    hears, tells = socket.socketpair()
    _waking[:] = hears, tells
    for one in _waking:
        one.setblocking(False)
    asyncio.get_running_loop().add_reader(hears, hears.recv, 4096)
    signal.set_wakeup_fd(tells.fileno(), warn_on_full_buffer=False)


def _is_anothers() -> bool:
    """Whether the keys of the terminal on stdin go to other processes."""
    try:
        return os.tcgetpgrp(0) != os.getpgrp()
    except OSError:
        return False


def end() -> None:
    """From now on a stop is what it is to any process."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in _HEARD:
        signal.signal(number, signal.SIG_DFL)
    if _waking:
        signal.set_wakeup_fd(-1)
        asyncio.get_running_loop().remove_reader(_waking[0])
    while _waking:
        _waking.pop().close()
