"""What a run prints while a screen is drawn on its terminal: kept in a file, and printed afterwards."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import IO

from wizard.domain.errors import InputError
from wizard.world.places import state_folder

_PART = 1 << 16


class Spool:
    """One file, which nobody else may read. `number`: what is written to."""

    def __init__(self, folder: Path | None = None) -> None:
        """Raises InputError where it can't be made."""
        place = folder or state_folder() / "output"
        self.path = place / f"{time.strftime('%Y-%m-%d-%H%M%S')}-{os.getpid()}.log"
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.number = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
        except OSError as error:
            raise InputError(f"can't be made: {error.strerror or error}", file=str(self.path)) from None

    def add(self, text: bytes) -> None:
        """Something of ours among it; what the disk does not take is left out."""
        with contextlib.suppress(OSError):
            os.write(self.number, text)

    def pour(self, target: int) -> bool:
        """Print all of it there, and from now on what is written to it too; whether all went through."""
        try:
            with self.path.open("rb") as source:
                _copy(source, target)
                os.dup2(target, self.number)
                _copy(source, target)  # what came in between
        except OSError:
            return False
        return True

    def end(self, *, keep: bool) -> None:
        """Nothing comes any more; the file stays where it is wanted."""
        with contextlib.suppress(OSError):
            os.close(self.number)
        if not keep:
            with contextlib.suppress(OSError):
                self.path.unlink()


def _copy(source: IO[bytes], target: int) -> None:
    while part := source.read(_PART):
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(target, rest) :]
