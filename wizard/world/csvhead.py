"""The first rows of CSV text, as `datasets` 5.0.1 reads it with pandas: names told apart, cells typed by column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from wizard.domain.errors import InputError
from wizard.world.csvcolumn import Column
from wizard.world.reading import MAX_ROW

if TYPE_CHECKING:
    from _csv import Reader

_MARKS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}
_SAMPLE = 1 << 18
"""Letters that tell what parts the columns."""
_COMPARED = 20
"""Rows of them that are held against the names."""
_END = "\x1e"


class OtherMarkError(InputError):
    """A table with another mark than it was read with."""


def mark_of(text: str) -> str:
    """What parts its columns: of the usual marks that with which most rows have as many cells as there are names."""
    return max(_MARKS, key=lambda mark: _parts(text[:_SAMPLE], mark))


def _parts(text: str, mark: str) -> tuple[bool, float, int]:
    """How well a mark parts the columns: at all, the share of rows that agree with the names, and into how many."""
    try:
        first, *found = islice(_reader(io.StringIO(text.lstrip("\r\n"), newline=""), mark), _COMPARED + 1)
    except (csv.Error, ValueError):  # no row, or a cell without an end
        return False, 0.0, 0
    if len(first) == 1:
        return False, 0.0, 0
    filled = [row for row in found if row]
    agreeing = sum(len(row) == len(first) for row in filled) / len(filled) if filled else 1.0
    return True, agreeing, len(first)


def _reader(lines: Iterable[str], mark: str) -> Reader:
    csv.field_size_limit(MAX_ROW)  # else cells of 131,072 letters, which pandas reads, are an error
    return csv.reader(lines, delimiter=mark)


def cells(lines: Iterable[str], mark: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line that is not blank, with the number of the line they begin on.

    Raises InputError for what is no CSV, and where a quote is never closed, at which pandas stops too (executed).
    """
    ended = False

    def marked() -> Iterator[str]:
        nonlocal ended
        yield from lines
        ended = True
        yield _END

    reader = _reader(marked(), mark)
    begin = 1
    try:
        for found in reader:
            if ended:
                if found != [_END]:
                    raise InputError("a quote is opened here and never closed", line=begin)
                return
            if found and not (len(found) == 1 and found[0].isspace()):
                yield begin, found
            begin = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"not valid CSV: {error}", line=begin) from None


def rows(text: str, *, whole: bool) -> list[dict[str, object]]:
    """Rows whose columns commas part. `whole`: the text is not cut. Raises InputError for what is something else."""
    other = mark_of(text)
    if other != ",":
        raise OtherMarkError(f"its columns are separated by {_MARKS[other]}, and Axolotl reads commas", line=1)
    found: list[list[str]] = []
    names: list[str] = []
    for begin, row in _of_head(text, whole=whole):
        if names:
            found.append(of_names(row, names, begin))
        else:
            names = names_of(row)
    columns = [_typed(column) for column in zip(*(found if whole else found[:-1]), strict=True)]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _of_head(text: str, *, whole: bool) -> Iterator[tuple[int, list[str]]]:
    """The same of a text that may be cut in the middle of a row, where that is no fault of it."""
    try:
        yield from cells(io.StringIO(text, newline=""), ",")
    except InputError:
        if whole:
            raise


def of_names(row: list[str], names: Sequence[str], line: int) -> list[str]:
    """A row with a cell for each name. Raises InputError where it has more."""
    if len(row) > len(names):
        raise InputError(f"{len(row)} cells under {len(names)} names", line=line)
    return [*row, *[""] * (len(names) - len(row))]


def names_of(row: Sequence[str]) -> list[str]:
    """The names of the columns: the second `answer` is `answer.1`, and one without is `Unnamed: 0` (pandas)."""
    named = [name or f"Unnamed: {place}" for place, name in enumerate(row)]
    taken = set(named)
    seen = dict[str, int]()
    found: list[str] = []
    for name in named:
        other, number = name, seen.get(name, 0)
        while number and (other := f"{name}.{number}") in taken:
            number += 1
        seen[name] = number + 1
        taken.add(other)
        found.append(other)
    return found


def _typed(column: Sequence[str]) -> list[object]:
    """A column: true and false, or numbers, where all of its cells are such; else texts."""
    kind = Column()
    for cell in column:
        kind.take(cell)
    return list(map(kind.value, column))
