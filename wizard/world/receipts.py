"""The receipts of this person's runs: lines of JSON in their data folder, readable by nobody else."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from wizard.domain.errors import InputError
from wizard.domain.receipt import Receipt, as_row, of_row
from wizard.domain.secrets import masked
from wizard.world import atomic
from wizard.world.places import data_folder

MOST, MOST_BYTES = 2000, 8 << 20
"""Receipts that are kept, and bytes of the file: of more, the latest half stays."""
_LONGEST = 1 << 16


class Receipts:
    """The store. Writers take turns; a reader sees whole lines, and passes over what is no receipt."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or data_folder()) / "history.jsonl"

    def add(self, receipt: Receipt) -> None:
        """Keep one more. Raises InputError where that can't be done."""
        line = masked(json.dumps(as_row(receipt))) + "\n"
        with self._alone():
            store = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            try:
                size = os.fstat(store).st_size
                torn = size > 0 and os.pread(store, 1, size - 1) != b"\n"  # somebody was killed in the middle of a line
                os.write(store, (("\n" if torn else "") + line).encode())
            finally:
                os.close(store)
            with contextlib.suppress(OSError, InputError):  # it is kept, whatever becomes of the old ones
                lines = self._lines()
                if len(lines) > MOST or size > MOST_BYTES:
                    self._put(lines[-MOST // 2 :])

    def all(self) -> tuple[Receipt, ...]:
        """Those that are kept, the oldest first. Raises InputError where the file can't be read."""
        with _told(self.path):
            return tuple(found for line in self._lines() if (found := _read(line)) is not None)

    def keep(self, wanted: Callable[[Receipt], bool]) -> int:
        """Keep only those that are wanted, and what is no receipt not either; how many go."""
        with self._alone():
            lines = self._lines()
            left = [line for line in lines if (found := _read(line)) is not None and wanted(found)]
            if len(left) < len(lines):
                self._put(left)
            return len(lines) - len(left)

    def _lines(self) -> list[str]:
        try:
            if not stat.S_ISREG(os.stat(self.path).st_mode):  # a pipe would be waited for, a device has no end
                raise OSError(0, "not a regular file")
            with self.path.open(encoding="utf-8", errors="replace") as source:
                return [line.rstrip("\n") for line in source if 0 < len(line.strip()) <= _LONGEST]
        except FileNotFoundError:
            return []

    def _put(self, lines: list[str]) -> None:
        text = "".join(line + "\n" for line in lines)
        atomic.write(self.path, text, backup=False, mode=0o600, ours=True)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """While this lasts no other memwizard writes here."""
        with _told(self.path):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            try:
                with contextlib.suppress(OSError):  # a file system without locks
                    fcntl.flock(lock, fcntl.LOCK_EX)
                yield
            finally:
                os.close(lock)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"the history can't be used: {error.strerror or error}", file=str(path)) from None


def _read(line: str) -> Receipt | None:
    with contextlib.suppress(ValueError, RecursionError):
        return of_row(json.loads(line))
    return None
