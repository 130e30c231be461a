"""The first rows of CSV text, as `datasets` 5.0.1 reads it with pandas: names told apart, cells typed by column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence

from wizard.domain.errors import InputError

_EMPTY = frozenset({
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
})  # fmt: skip
"""What pandas takes for an empty cell (`read_csv`, na_values)."""
_MARKS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}
_TRUE, _FALSE = frozenset({"True", "TRUE", "true"}), frozenset({"False", "FALSE", "false"})
_WHOLE = re.compile(r"\s*[-+]?\d+\s*")
_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*")


class OtherMarkError(InputError):
    """A table with another mark than it was read with."""


def mark_of(text: str) -> str:
    """What parts its columns: of the usual marks the one that parts the names into most."""
    first = text.lstrip("\n").partition("\n")[0]
    return max(_MARKS, key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))


def rows(text: str, *, whole: bool, mark: str = ",") -> list[dict[str, object]]:
    """Rows whose columns a mark parts. `whole`: the text is not cut. Raises InputError for what is something else."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    found: list[list[str]] = []
    begin = 1
    try:
        names = _names(next(reader), mark)
        begin = reader.line_num + 1
        for cells in reader:
            if len(cells) > len(names):
                raise InputError(f"{len(cells)} cells under {len(names)} names", line=begin)
            if cells:
                found.append([*cells, *[""] * (len(names) - len(cells))])
            begin = reader.line_num + 1
    except StopIteration:
        return []
    except csv.Error as error:
        if whole:
            raise InputError(f"not valid CSV: {error}", line=begin) from None
    columns = [_typed(column) for column in zip(*(found if whole else found[:-1]), strict=True)]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _names(names: Sequence[str], by: str) -> list[str]:
    """The names of the columns: the second `answer` is `answer.1`."""
    other = next((mark for mark in _MARKS if mark in names[0]), by) if len(names) == 1 else by
    if other != by:
        shown = _MARKS[other]
        raise OtherMarkError(f"its columns are separated by {shown}, and Axolotl reads commas", line=1)
    found: list[str] = []
    for name in names:
        number, other = 0, name
        while other in found:
            number += 1
            other = f"{name}.{number}"
        found.append(other)
    return found


def _typed(cells: Sequence[str]) -> list[object]:
    """A column: true and false, or numbers, where all of its cells are such; else texts."""
    there = [one for one in cells if one not in _EMPTY]
    read: Callable[[str], object] = str
    if there and all(one in _TRUE or one in _FALSE for one in there):
        read = _TRUE.__contains__
    elif there and all(map(_NUMBER.fullmatch, there)):
        read = int if len(there) == len(cells) and all(map(_WHOLE.fullmatch, there)) else float
    return [None if one in _EMPTY else read(one) for one in cells]
