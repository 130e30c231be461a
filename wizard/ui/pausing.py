"""A process that is stopped and goes on: the terminal is taken again once, and only where it was given back.

Textual takes it at every SIGCONT, also after a SIGSTOP, which nobody hears and after which it still has it: a second
thread would read and write there, and what it keeps of the terminal to give back would be its own settings.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable
from types import FrameType

_HEARD = (signal.SIGTSTP, signal.SIGCONT)


def begin(redraw: Callable[[], object]) -> None:
    """From now on: after a stop that came by surprise, all is drawn again. Only the main thread hears signals."""
    if threading.current_thread() is not threading.main_thread():
        return
    stops, goes_on = (signal.getsignal(number) for number in _HEARD)
    if not callable(stops) or not callable(goes_on):
        return
    given_back = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal given_back
        given_back = True
        stops(number, frame)

    def go_on(number: int, frame: FrameType | None) -> None:
        nonlocal given_back
        with contextlib.suppress(RuntimeError):  # no loop runs any more
            loop = asyncio.get_running_loop()
            if given_back:
                goes_on(number, frame)
            else:
                loop.call_soon_threadsafe(redraw)
        given_back = False

    signal.signal(signal.SIGTSTP, stop)
    signal.signal(signal.SIGCONT, go_on)


def end() -> None:
    """From now on a stop is what it is to any process."""
    if threading.current_thread() is threading.main_thread():
        for number in _HEARD:
            signal.signal(number, signal.SIG_DFL)
