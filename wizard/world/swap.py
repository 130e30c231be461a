"""One text on its way into the place of a file."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable
from itertools import count
from pathlib import Path

NAME_MAX = 255
"""Bytes of a file's name, on every file system in common use."""


class Swap:
    """Makes a temporary file in the same folder, keeps the old content as a numbered backup, puts the new one in place.

    An interruption may come between any two instructions, so nothing is remembered of what happened: it is read off
    the disk. The temporary file has a name that nobody else uses, and is gone once the rename was done. Before that
    everything can be undone; after it nothing may be, since the backup may be the only copy of the old content.

    `path`: the file as it was named. `target`: the file itself, links followed. `old`: its state, None for a new one.
    """

    def __init__(self, path: Path, target: Path, old: os.stat_result | None) -> None:
        self.path = path
        self.target = target
        self.old = old
        self.backup: Path | None = None
        self._temporary = target.with_name(_bounded(f".{target.name}", f".{os.urandom(4).hex()}.tmp"))
        self._renaming = False

    @property
    def in_place(self) -> bool:
        """Whether the new content is where it belongs; true at any moment, from any thread, also after an exception."""
        return self._renaming and not os.path.lexists(self._temporary)

    def fill(self, text: str | Iterable[str], mode: int | None, *, sync: bool) -> None:
        """Write the temporary file, with this mode, else the old file's, else that of any new file."""
        if mode is None and self.old is not None:
            mode = stat.S_IMODE(self.old.st_mode)
        first = 0o666 if mode is None else 0o600  # the umask does the rest

        def private(name: str, flags: int) -> int:
            return os.open(name, flags | os.O_NOFOLLOW, first)

        with open(self._temporary, "x", encoding="utf-8", newline="\n", opener=private) as file:
            file.writelines((text,) if isinstance(text, str) else text)
            file.flush()
            self._keep_owner(file.fileno())
            if mode is not None:
                os.chmod(self._temporary, mode)
            if sync:
                os.fsync(file.fileno())

    def back_up(self) -> None:
        """Keep the old content under the first free name of `name.bak1`, `name.bak2`, ...; none is written over."""
        for number in count(1):
            name = self.target.with_name(_bounded(self.target.name, f".bak{number}"))
            if os.path.lexists(name):
                continue
            self.backup = name
            with contextlib.suppress(FileExistsError):  # somebody was quicker
                self._keep_as(name)
                return

    def rename(self) -> None:
        """The one step that counts."""
        self._renaming = True
        os.replace(self._temporary, self.target)

    def undo(self) -> None:
        """Take away what was made; only for one that is not in place."""
        self._renaming = False  # first: it is not in place, whatever becomes of the temporary file
        with contextlib.suppress(OSError):
            if self.backup is not None and _holds(self.target, self.backup):
                os.unlink(self.backup)
        with contextlib.suppress(OSError):
            os.unlink(self._temporary)

    def _keep_owner(self, descriptor: int) -> None:
        """Root may write the file of somebody else, whose it stays."""
        if self.old is None or not hasattr(os, "fchown"):
            return
        new = os.fstat(descriptor)
        if (new.st_uid, new.st_gid) != (self.old.st_uid, self.old.st_gid):
            with contextlib.suppress(OSError):  # a group that the writer is not in, a file system without owners
                os.fchown(descriptor, self.old.st_uid, self.old.st_gid)

    def _keep_as(self, name: Path) -> None:
        """A second name is whole at once and costs nothing; a copy does where the file system knows none."""
        try:
            os.link(self.target, name)
        except FileExistsError:
            raise
        except OSError:
            assert self.old is not None
            copy = self._temporary.with_suffix(".bak")  # whole before it has the name of a backup
            try:
                descriptor = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IMODE(self.old.st_mode))
                with os.fdopen(descriptor, "wb") as file:
                    file.write(self.target.read_bytes())
                    file.flush()
                    self._keep_owner(file.fileno())
                    os.fsync(file.fileno())
                os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL))  # somebody may be quicker
                os.replace(copy, name)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(copy)
                raise


def _bounded(name: str, end: str) -> str:
    """The name with this end; of one that is as long as a file system takes, so much that both fit."""
    return os.fsdecode(os.fsencode(name)[: NAME_MAX - len(end)]) + end


def _holds(target: Path, backup: Path) -> bool:
    """Whether no content is lost without the backup: the file still has all of it, or the backup is half copied."""
    return os.path.samefile(target, backup) or target.read_bytes().startswith(backup.read_bytes())
