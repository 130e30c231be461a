"""Spreads work over the CPUs: what is asked of many files is done in several processes, and told in order."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

Result = TypeVar("Result")
ENOUGH = 32
"""Files that are worth a process of their own. As many are done before others begin: what these took, all know."""
MOST = 8
"""Processes at the most."""


def spread(files: Sequence[str], work: Callable[[str], Result]) -> Iterator[Result]:
    """`work` of each file, in their order; it must do nothing but give a result that can be pickled.

    Where a process fails, its files are done here.
    """
    processes = min(cpus(), MOST, len(files) // ENOUGH)
    if processes < 2 or not hasattr(os, "fork") or threading.active_count() > 1:
        yield from map(work, files)
        return
    yield from map(work, files[:ENOUGH])
    size = -(-(len(files) - ENOUGH) // processes)
    mine, *others = [files[start : start + size] for start in range(ENOUGH, len(files), size)]
    helpers = [_begin(part, work) for part in others]
    try:
        yield from map(work, mine)
        for helper, part in zip(helpers, others, strict=True):
            found = helper.results()
            yield from found if found is not None else map(work, part)
    finally:
        for helper in helpers:
            helper.end()


def cpus() -> int:
    """The CPUs that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)  # Linux
    return len(allowed(0)) if allowed else os.cpu_count() or 1


@dataclass
class _Helper(Generic[Result]):
    """A process, and where it writes what it found."""

    process: int
    pipe: int
    over: bool = False

    def results(self) -> list[Result] | None:
        """What it found, when it has; None where it failed."""
        with os.fdopen(self.pipe, "rb", closefd=False) as file:
            written = file.read()
        self.over = True
        with suppress(ChildProcessError):  # nobody waits where a parent of ours ignores SIGCHLD
            os.waitpid(self.process, 0)
        try:
            found: list[Result] = pickle.loads(written)
        except (EOFError, pickle.UnpicklingError):  # it did not come to its end
            return None
        return found

    def end(self) -> None:
        """Leave nothing behind."""
        os.close(self.pipe)
        if not self.over:
            with suppress(OSError):
                os.kill(self.process, signal.SIGTERM)
                os.waitpid(self.process, 0)


def _begin(files: Sequence[str], work: Callable[[str], Result]) -> _Helper[Result]:
    """Begin the work on these files in a process that has all that this one knows."""
    here, there = os.pipe()
    process = os.fork()
    if process:
        os.close(there)
        return _Helper(process, here)
    code = 1
    try:
        os.close(here)
        with os.fdopen(there, "wb") as file:
            file.write(pickle.dumps(list(map(work, files))))
        code = 0
    finally:
        os._exit(code)  # no handlers, no buffers: those are the parent's
