"""Writes a file whole or not at all, and never loses what was there."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from wizard.domain.errors import InputError


def write(path: Path, text: str, *, backup: bool = True, mode: int | None = None, sync: bool = True) -> Path | None:
    """Put `text` into `path`; the old content stays as a numbered backup, whose path is returned.

    A temporary file in the same folder is made exclusively, synced and put in place by one rename, so
    that a reader sees the old file or the new one. Links are followed; the mode is kept. Raises
    InputError with the reason where the folder or the file can't be written; nothing has changed then.
    Without `sync` it is as whole for every reader, but a power cut may lose it.
    """
    try:
        target = Path(os.path.realpath(path)) if path.is_symlink() else path
        if target.is_symlink():
            raise InputError("is a link that leads to itself", file=str(path))
        old = target.stat() if target.exists() else None
        if old is not None and not stat.S_ISREG(old.st_mode):
            what = "is a folder; name a file in it" if stat.S_ISDIR(old.st_mode) else "not a regular file"
            raise InputError(what, file=str(path))
        if old is not None and not os.access(target, os.W_OK):
            raise InputError("you may not write this file", file=str(path))
        saved = _back_up(target) if backup and old is not None else None
        permissions = mode if mode is not None else (stat.S_IMODE(old.st_mode) if old else 0o666 & ~_umask())
        try:
            _replace(target, text, permissions, sync)
        except BaseException:
            if saved is not None:
                saved.unlink()
            raise
    except FileNotFoundError as error:
        why = error.strerror if path.parent.is_dir() else f"there is no folder {path.parent}"
        raise InputError(f"can't be written: {why}", file=str(path)) from None
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror or error}", file=str(path)) from None
    except ValueError as error:  # a name with a NUL
        raise InputError(f"can't be written: {error}", file=str(path)) from None
    return saved


def _replace(target: Path, text: str, permissions: int, sync: bool) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        Path(name).chmod(permissions)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    if sync:
        _sync_folder(target.parent)


def _back_up(target: Path) -> Path:
    """Copy to the first free `name.bak1`, `name.bak2`, ... ; an existing backup is never touched."""
    content = target.read_bytes()
    number = 1
    while True:
        saved = target.with_name(f"{target.name}.bak{number}")
        try:
            descriptor = os.open(saved, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IMODE(target.stat().st_mode))
        except FileExistsError:
            number += 1
            continue
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                saved.unlink()
            raise
        return saved


def _sync_folder(folder: Path) -> None:
    """Make the rename last through a power cut, where the system allows it."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
