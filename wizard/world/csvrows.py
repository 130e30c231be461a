"""Rows of CSV as a stream."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from typing import IO, Any

from wizard.domain.errors import InputError
from wizard.world.reading import MAX_ROW, Reading


def rows(reading: Reading, file: IO[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows below the line of names, each with the line it ends on. Raises InputError with file and line."""
    csv.field_size_limit(MAX_ROW)
    size = max(1, os.fstat(file.fileno()).st_size)
    with io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
        reader = csv.DictReader(bounded(text, reading.path))
        try:
            for count, row in enumerate(reader):
                if count % 1000 == 0:
                    reading.say(min(1.0, file.tell() / size))
                yield reader.line_num, {key: value for key, value in row.items() if key is not None}
        except csv.Error as error:
            raise InputError(f"not valid CSV: {error}", file=reading.path, line=reader.line_num) from None
        except UnicodeDecodeError:
            raise InputError("not UTF-8 text", file=reading.path, line=reader.line_num + 1) from None


def bounded(file: IO[str], path: str) -> Iterator[str]:
    """The lines of a text, none of them longer than a row may be. Raises InputError."""
    number = 0
    while line := file.readline(MAX_ROW + 1):
        number += 1
        if len(line) > MAX_ROW:
            raise InputError(f"the line is longer than {MAX_ROW >> 20} MiB", file=path, line=number)
        yield line
