"""How a command ends before its end: by which signals, and what is said then."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

from wizard.cli.echo import echo
from wizard.domain.text import plain
from wizard.world.ledger import LEDGER, Written

NAMED = 5
"""So many files are named; of the others the number is told."""
_POLITE = (signal.SIGTERM, signal.SIGHUP)
_ALL = (signal.SIGINT, *_POLITE)


class Stopped(SystemExit):
    """A signal asked the process to end: `status` is 128 + its number, as a shell would say."""

    def __init__(self, number: int) -> None:
        self.status = 128 + number
        super().__init__(self.status)


@contextlib.contextmanager
def heeded() -> Iterator[None]:
    """While this lasts, SIGTERM and SIGHUP raise Stopped, so that what is begun is tidied up, as after Ctrl+C.

    One that is ignored (nohup) stays so. Off the main thread nothing changes: Python hears signals there only.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = [(number, signal.getsignal(number)) for number in _ALL]
    for number, handler in before:
        if number in _POLITE and handler == signal.SIG_DFL:
            signal.signal(number, _raise)
    try:
        yield
    finally:
        for number, handler in before:
            if handler is not None:  # one that is not Python's can't be put back
                signal.signal(number, handler)


def stop(message: str, code: int) -> NoReturn:
    """Say the last words and leave."""
    _let_kill()
    try:
        echo(f"memwizard: {plain(message)}", err=True)
    except OSError:  # the terminal is gone: what it did not take must not be tried again at the end
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    sys.exit(code)


def cut_short(code: int) -> NoReturn:
    """End the process at this instant; what was written so far is said, where the terminal takes it without a wait."""
    with contextlib.suppress(OSError, ValueError):
        if select.select([], [2], [], 0)[1]:
            os.write(2, f"memwizard: {plain(f'stopped; {changes()}')}\n".encode(errors="replace"))
    os._exit(code)


def changes() -> str:
    """What was written so far, as a sentence without its full stop; of many files, the first and how many more."""
    files = LEDGER.written()
    if not files:
        return "no file was changed"
    count, meant = len(files), max(LEDGER.meant, len(files))
    of = f"{count:,} of {meant:,} files" if meant > 1 else "1 file"
    did = "written" if any(one.new for one in files) else "changed"
    more = f" and {count - NAMED:,} more" if count > NAMED else ""
    return f"{of} {'was' if count == 1 else 'were'} {did}: {', '.join(map(_named, files[:NAMED]))}{more}"


def _named(file: Written) -> str:
    from wizard.cli.common import shown

    kept = f" (the old content is {shown(str(file.backup))})" if file.backup else ""
    return shown(str(file.path)) + kept


def _raise(number: int, _: FrameType | None) -> NoReturn:
    raise Stopped(number)


def _let_kill() -> None:
    """From now on a signal kills at once: no traceback, and no waiting where nobody reads."""
    with contextlib.suppress(ValueError):  # not the main thread
        for number in _ALL:
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
