"""A folder that several writers share, some of which were killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from wizard.domain.kept import Kept

_LEFT_BEHIND = re.compile(r"\.(.+)\.[0-9a-f]{8}\.(?:tmp|bak)")
_OLD = 3600.0  # seconds: a write takes less than one, a writer that was stopped (Ctrl+Z) may go on
_PATIENCE = 2.0  # seconds: whoever holds the folder for longer was stopped
_swept: Kept[Path, bool] = Kept(1_000)


def sweep(target: Path) -> None:
    """Take away what killed writers of this file, and of its neighbours, left half written an hour ago or more."""
    folder = target.parent
    if folder in _swept:
        return
    _swept[folder] = True
    now = time.time()
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            left = _LEFT_BEHIND.fullmatch(entry.name)
            if left is None or not (left[1] == target.name or os.path.lexists(folder / left[1])):
                continue
            with contextlib.suppress(OSError):
                state = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(state.st_mode) and now - state.st_mtime > _OLD:
                    os.unlink(entry.path)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While this lasts no other memwizard replaces a file here; where a folder can't be locked, nothing is promised."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        yield
        return
    try:
        begun = time.monotonic()
        while time.monotonic() - begun < _PATIENCE:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.01)
            except OSError:  # a file system without locks
                break
            else:
                break
        yield
    finally:
        os.close(descriptor)
