"""Writes a file whole or not at all, and never loses what was there."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from wizard.domain.errors import InputError
from wizard.world.ledger import LEDGER
from wizard.world.sharing import alone, sweep
from wizard.world.swap import Swap

_STREAMS = ("/dev/", "/proc/")


def write(
    path: Path,
    text: str | Iterable[str],
    *,
    backup: bool = True,
    mode: int | None = None,
    sync: bool = True,
    ours: bool = False,
) -> Path | None:
    """Put `text` into `path`; the old content stays as a numbered backup, whose path is returned.

    A temporary file in the same folder is made exclusively, synced and put in place by one rename, so
    that a reader sees the old file or the new one. Links are followed; the mode is kept. Raises
    InputError with the reason where the folder or the file can't be written; nothing has changed then.
    After an interruption either all of it is done or nothing, and the ledger knows which. Without `sync` it
    is as whole for every reader, but a power cut may lose it. `ours`: a file of memwizard's own, which the
    ledger leaves out. Parts of a text are written one after another; what they raise is passed on.
    """
    try:
        target = Path(os.path.realpath(path)) if path.is_symlink() else path
        swap = Swap(path, target, _state(path, target))
        if not ours:
            LEDGER.note(swap)
        _put(swap, text, backup=backup, mode=mode, sync=sync)
    except FileNotFoundError as error:
        why = error.strerror if path.parent.is_dir() else f"there is no folder {path.parent}"
        raise InputError(f"can't be written: {why}", file=str(path)) from None
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror or error}", file=str(path)) from None
    except ValueError as error:  # a name with a NUL
        raise InputError(f"can't be written: {error}", file=str(path)) from None
    return swap.backup


def ready(path: Path) -> None:
    """Raise InputError where `path` could not be written now: so that of several files none is, if one can't be."""
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    _state(path, target)
    if not target.parent.is_dir():
        raise InputError(f"can't be written: there is no folder {target.parent}", file=str(path))
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise InputError(f"can't be written: you may not write into {target.parent}", file=str(path))


def _state(path: Path, target: Path) -> os.stat_result | None:
    """What is there now, None for nothing. Raises InputError where that may not be replaced."""
    if os.path.abspath(path).startswith(_STREAMS):  # a link to what this process writes to, be it a file
        raise InputError("names a stream of this process, not a file", file=str(path))
    if target.is_symlink():
        raise InputError("is a link that leads to itself", file=str(path))
    old = target.stat() if target.exists() else None
    if old is not None and not stat.S_ISREG(old.st_mode):
        what = "is a folder; name a file in it" if stat.S_ISDIR(old.st_mode) else "not a regular file"
        raise InputError(what, file=str(path))
    if old is not None and not os.access(target, os.W_OK):
        raise InputError("you may not write this file", file=str(path))
    return old


def _put(swap: Swap, text: str | Iterable[str], *, backup: bool, mode: int | None, sync: bool) -> None:
    try:
        sweep(swap.target)
        swap.fill(text, mode, sync=sync)
        with alone(swap.target.parent):  # else what another writer puts there in between is in no backup
            if backup and swap.old is not None:
                swap.back_up()
                if sync:
                    _sync_folder(swap.target.parent)  # the backup's name must last before the old one is taken away
            swap.rename()
    except BaseException as error:
        if not swap.in_place:
            swap.undo()
            raise
        if not isinstance(error, OSError):  # a network's file system may do a rename and lose the answer
            raise
    if sync:
        _sync_folder(swap.target.parent)


def _sync_folder(folder: Path) -> None:
    """Make names last through a power cut, where the system allows it."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
