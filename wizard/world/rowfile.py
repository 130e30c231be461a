"""Reads the rows of a data file as a stream: all of them, or a sample, in little memory."""

from __future__ import annotations

import os
import random
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from wizard.domain.errors import InputError
from wizard.world import csvrows, jsonrows, parquet
from wizard.world.reading import MAX_ROW, SEED, Reading, Row, is_packed, opened

KINDS = {".jsonl": "json", ".ndjson": "json", ".json": "json", ".csv": "csv", ".parquet": "parquet",
         ".txt": "text"}  # fmt: skip
"""Endings of files that can be read, and Axolotl's `ds_type` for each."""


def rows(reading: Reading, kind: str, sample: int) -> Iterator[Row]:
    """The rows of a file, `sample` of them or about so many; 0: all. Raises InputError with file and line.

    A file of lines is looked into at blocks spread evenly over it, so a large one is not read whole. A list of JSON and
    CSV are read whole, and rows are drawn on the way; of parquet, the groups with rows that were drawn.
    """
    path = reading.path
    try:
        place = Path(os.path.expanduser(path))
        if place.is_dir():
            raise InputError("is a folder; name a file in it", file=path)
        if not place.is_file():
            raise InputError("there is no such file" if not place.exists() else "not a regular file", file=path)
        if kind == "parquet":
            yield from parquet.rows(reading, place, sample)
            return
        with opened(place) as file:
            if kind == "text":
                yield from drawn(reading, _texts(reading, file), sample)
            elif kind == "csv":
                yield from drawn(reading, csvrows.rows(reading, file), sample)
            elif jsonrows.is_list(file):
                yield from drawn(reading, jsonrows.listed(reading, file), sample)
            elif is_packed(place):
                yield from drawn(reading, jsonrows.streamed(reading, file), sample)
            else:
                yield from jsonrows.lines(reading, file, sample)
    except PermissionError:
        raise InputError("you may not read it", file=path) from None
    except (OSError, EOFError, zlib.error, RuntimeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise InputError(why or f"can't be read ({type(error).__name__})", file=path) from None


def _texts(reading: Reading, file: IO[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The lines of a text, each a row with a column `text`, as `datasets` takes them."""
    number = 0
    while line := file.readline(MAX_ROW + 1):
        number += 1
        if len(line) > MAX_ROW:
            raise InputError(f"the line is longer than {MAX_ROW >> 20} MiB", file=reading.path, line=number)
        try:
            yield number, {"text": line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")}
        except UnicodeDecodeError:
            raise InputError("not UTF-8 text", file=reading.path, line=number) from None


def line_of(path: str, line: int) -> int | None:
    """The line of a row: as it is, or counted where only the byte is known (the file is read up to there)."""
    if line > 0:
        return line
    try:
        with open(os.path.expanduser(path), "rb") as file:
            return jsonrows.line_at(file, -line)
    except OSError:
        return None


def drawn(reading: Reading, found: Iterator[tuple[int, dict[str, Any]]], sample: int) -> Iterator[Row]:
    """A sample of a stream, each row as likely as any other (Vitter's algorithm R, with a fixed seed)."""
    draw = random.Random(SEED)
    count = 0
    for line, row in found:
        if not sample or count < sample:
            yield count, line, row
        else:
            slot = draw.randrange(count + 1)
            if slot < sample:
                yield slot, line, row
        count += 1
    reading.rows = count
    if sample and count > sample:
        reading.whole, reading.share = False, sample / count
        reading.method = f"{sample:,} rows drawn from all {count:,}, seed {SEED}"
