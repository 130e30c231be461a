"""A table as text that Axolotl's loader does not read: in another encoding, or with other marks than commas.

It is read twice, row by row: what its columns are is known at its end only, and it may be larger than memory.
"""

from __future__ import annotations

import codecs
import gzip
import io
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from wizard.domain.errors import InputError
from wizard.world.csvcolumn import Column
from wizard.world.csvhead import cells, mark_of, names_of, of_names
from wizard.world.csvrows import bounded
from wizard.world.reading import opened

_BY_MARK = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_GUESS = "windows-1252"
"""What spreadsheets write in the west where they write no UTF-8."""
_BEGIN = 1 << 18
"""Bytes that tell the encoding where a mark or NULs do, and what parts the columns."""


@dataclass(frozen=True)
class Table:
    """A table, and how it is read. `guessed`: its encoding, where nothing in it says which it is."""

    path: str
    place: Path
    encoding: str
    guessed: str
    mark: str
    columns: tuple[Column, ...]

    def rows(self) -> Iterator[dict[str, object]]:
        """Its rows, typed by column. Raises InputError where it is another file by now."""
        with _told(self.path), _text(self.place, self.encoding) as text:
            lines = cells(bounded(text, self.path), self.mark)
            names = names_of(next(lines, (0, []))[1])
            if len(names) != len(self.columns):
                raise InputError("it was changed while it was read")
            for line, found in lines:
                row = of_names(found, names, line)
                try:
                    yield {name: kind.value(cell) for name, kind, cell in zip(names, self.columns, row, strict=True)}
                except ValueError:
                    raise InputError("it was changed while it was read", line=line) from None


def table(path: str) -> Table:
    """How all rows of a table of texts are read. Raises InputError for what is none."""
    place = regular(path)
    with _told(path):
        with opened(place) as file:
            begin = file.read(_BEGIN)
        encoding, guessed = _encoding(begin)
        try:
            mark, columns = _columns(path, place, encoding, begin)
        except UnicodeDecodeError:
            if b"\0" in begin or encoding != "utf-8":
                raise InputError("it is no text") from None
            encoding = guessed = _GUESS
            mark, columns = _columns(path, place, encoding, begin)
        return Table(path, place, encoding, guessed, mark, columns)


def regular(path: str) -> Path:
    """Where a file is. Raises InputError for what is none: it may have no end, and is not opened."""
    with _told(path):
        place = Path(os.path.expanduser(path))
        kind = place.stat().st_mode
        if not stat.S_ISREG(kind):
            raise InputError("is a folder; name a file in it" if stat.S_ISDIR(kind) else "not a regular file")
        return place


def _encoding(begin: bytes) -> tuple[str, str]:
    """The encoding by the mark at the begin, else by where NULs stand, and the latter told apart; UTF-8 without."""
    for mark, name in _BY_MARK:
        if begin.startswith(mark):
            return name, ""
    even, odd = begin[::2].count(0), begin[1::2].count(0)
    if min(even, odd) == 0 and 3 * max(even, odd) > len(begin[::2]):
        found = "utf-16-be" if even else "utf-16-le"
        return found, found.upper()
    if 0 in begin:
        raise InputError("it is no text")
    return "utf-8", ""


def _columns(path: str, place: Path, encoding: str, begin: bytes) -> tuple[str, tuple[Column, ...]]:
    """What parts the columns, and what they are, of the whole file."""
    mark = mark_of(codecs.getincrementaldecoder(encoding)(_errors(encoding)).decode(begin))
    with _text(place, encoding) as text:
        lines = cells(bounded(text, path), mark)
        names = names_of(next(lines, (0, []))[1])
        columns = tuple(Column() for _ in names)
        for line, found in lines:
            for kind, cell in zip(columns, of_names(found, names, line), strict=True):
                kind.take(cell)
    return mark, columns


@contextmanager
def _text(place: Path, encoding: str) -> Iterator[io.TextIOWrapper]:
    with closing(io.TextIOWrapper(opened(place), encoding=encoding, errors=_errors(encoding), newline="")) as text:
        yield text


def _errors(encoding: str) -> str:
    return "replace" if encoding == _GUESS else "strict"


@contextmanager
def _told(path: str) -> Iterator[None]:
    """Whatever stops the reading of a file, as one sentence on it."""
    try:
        yield
    except InputError as error:
        raise InputError(error.message, file=path, line=error.line) from None
    except FileNotFoundError:
        raise InputError("there is no such file", file=path) from None
    except PermissionError:
        raise InputError("you may not read it", file=path) from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError("gzip can't unpack it", file=path) from None
    except UnicodeDecodeError:
        raise InputError("it was changed while it was read", file=path) from None
    except (OSError, RuntimeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise InputError(why or f"can't be read ({type(error).__name__})", file=path) from None
