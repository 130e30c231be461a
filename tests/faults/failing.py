"""Calls of the system that fail, or at which the process is killed: one of them, by its number."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

CALLS = (
    "open", "link", "replace", "unlink", "chmod", "fchmod", "fsync", "lstat", "stat", "mkdir", "scandir", "write",
    "pread", "access",
)  # fmt: skip
ERRORS = (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO, errno.EINTR)
KILLED = 0
"""In place of an error: the process ends by SIGKILL."""


class Failing:
    """Counts the calls; the one with this number fails with this error, and is not made.

    `spares`: the name of a file that is only read, whose calls are not counted.
    """

    def __init__(self, patch: pytest.MonkeyPatch, at: int, error: int, spares: str | None = None) -> None:
        self.at, self.error, self.spares, self.seen, self.failed = at, error, spares, 0, ""
        for name in CALLS:
            patch.setattr(os, name, self._around(name, getattr(os, name)))
        patch.setattr(fcntl, "flock", self._around("flock", fcntl.flock))

    def _around(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if self.spares is not None and arguments and str(arguments[0]).endswith(self.spares):
                return real(*arguments, **named)
            self.seen += 1
            if self.seen == self.at:
                self.failed = name
                if self.error == KILLED:
                    os.kill(os.getpid(), signal.SIGKILL)
                raise OSError(self.error, os.strerror(self.error))
            return real(*arguments, **named)

        return call
