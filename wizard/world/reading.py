"""What the readers of data files share: how a file was read, and the bounds."""

from __future__ import annotations

import errno
import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

SEED = 42
MAX_ROW = 16 << 20
"""Bytes (of a list of JSON and of CSV: characters) of one row at most."""
Row = tuple[int, int, dict[str, Any]]
"""Where its measure goes in the list of measures (one after the last, or in place of another); its line, or, where that
is not known yet, minus the byte it begins at; and the row."""


_PACKED = b"\x1f\x8b"
"""What gzip begins a file with; `datasets` unpacks such a file whatever it is called."""


def opened(place: Path) -> IO[bytes]:
    """A file to read, or what is in it where gzip packed it. Raises OSError."""
    return cast("IO[bytes]", gzip.open(place)) if is_packed(place) else place.open("rb")


def is_packed(place: Path) -> bool:
    """Whether gzip packed a file. Raises OSError."""
    with place.open("rb") as file:
        return file.read(len(_PACKED)) == _PACKED


def begin(place: Path, size: int) -> bytes:
    """The first bytes of a file, of what is in it where gzip packed it. Raises OSError."""
    try:
        with opened(place) as file:
            return file.read(size)
    except (EOFError, zlib.error):
        raise OSError(errno.EIO, "gzip can't unpack it") from None


def _silent(_: float) -> None:
    """Says nothing."""


@dataclass(slots=True)
class Reading:
    """How a file was read, complete when its rows have all been taken.

    `rows`: of the whole file, None before. `exact`: counted, not reckoned from a sample. `share`: of the file's bytes
    or rows that were looked at. `whole`: every row was. `say` is told, now and then, what part is done.
    """

    path: str
    say: Callable[[float], None] = _silent
    method: str = "every row"
    rows: int | None = None
    exact: bool = True
    share: float = 1.0
    whole: bool = True
