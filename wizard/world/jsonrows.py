"""Rows of JSON as a stream: one a line, or one list of all."""

from __future__ import annotations

import codecs
import json
import os
import random
import sys
from collections.abc import Iterator
from typing import IO, Any

from wizard.domain.errors import InputError
from wizard.world.jsontext import JsonText
from wizard.world.reading import MAX_ROW, SEED, Reading, Row

_CHUNK = 1 << 16
_BLOCKS = 200
"""Places that a large file is looked into at."""
_PROBES, _EACH = 50, 4
"""Places, and rows at each, that tell how many rows there may be."""


def is_list(file: IO[bytes]) -> bool:
    """Whether a file holds one list: its first character is a bracket. The file is at its begin afterwards."""
    begin = file.read(_CHUNK).removeprefix(codecs.BOM_UTF8).lstrip()
    file.seek(0)
    return begin.startswith(b"[")


def lines(reading: Reading, file: IO[bytes], sample: int) -> Iterator[Row]:
    """One row a line; about `sample` of them where there are more.

    Blocks of equal size stand at equal distances, the first at a place drawn with a fixed seed; a line counts where it
    begins in one. So each line is as likely as any other, whatever its length.
    """
    size = os.fstat(file.fileno()).st_size
    about = _rows_about(file, size)
    if not sample or about <= 2 * sample:
        count = 0
        for at, line, row in _between(reading, file, 0, size):
            if count % 256 == 0:
                reading.say(at / max(1, size))
            yield count, line, row
            count += 1
        reading.rows = count
        return
    blocks = min(_BLOCKS, sample)
    period = size / blocks
    width = max(1, int(period * sample / about))
    first = int(random.Random(SEED).random() * (period - width))
    count = 0
    for block in range(blocks):
        reading.say(block / blocks)
        begin = first + int(block * period)
        for _, line, row in _between(reading, file, begin, begin + width):
            yield count, line, row
            count += 1
    share = blocks * width / size
    reading.whole, reading.exact, reading.share = False, False, share
    reading.rows = round(count / share)
    reading.method = f"{count:,} rows that begin in {blocks} blocks spread evenly over the file, seed {SEED}"


def streamed(reading: Reading, file: IO[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """One row a line, from the first to the last, of a file whose size is not known."""
    for _, line, row in _between(reading, file, 0, sys.maxsize):
        yield line, row


def _rows_about(file: IO[bytes], size: int) -> float:
    """How many rows a file has, by a few at places spread over it; the file's own place is anywhere afterwards."""
    taken = length = 0
    for place in range(_PROBES):
        file.seek(place * size // _PROBES)
        if place:
            _skip(file)
        for _ in range(_EACH):
            line = file.readline(MAX_ROW + 1)
            taken += bool(line)
            length += len(line)
    return taken * size / length if length else 0.0


def _between(reading: Reading, file: IO[bytes], begin: int, end: int) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Where each row begins that begins in [begin, end), its line (0 where it is not known yet), and the row."""
    at = begin
    file.seek(max(0, begin - 1))
    number = 0 if begin else 1
    if begin:
        at = begin - 1 + _skip(file)
    while at < end:
        line = file.readline(MAX_ROW + 1)
        if not line:
            return
        if len(line) > MAX_ROW:
            raise InputError(f"the line is longer than {MAX_ROW >> 20} MiB", file=reading.path, line=line_at(file, at))
        text = line.removeprefix(codecs.BOM_UTF8) if at == 0 else line
        if text.strip():
            yield at, number or -at, _object(text, reading, file, at)
        at += len(line)
        number += bool(number)


def _skip(file: IO[bytes]) -> int:
    """Leaves the line that is being read; the bytes passed over."""
    passed = 0
    while piece := file.readline(_CHUNK):
        passed += len(piece)
        if piece.endswith(b"\n"):
            break
    return passed


def _object(text: bytes, reading: Reading, file: IO[bytes], at: int) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except UnicodeDecodeError:
        why = "not UTF-8 text"
    except (ValueError, RecursionError) as error:
        why = "not valid JSON" if isinstance(error, ValueError) else "nested too deep"
    else:
        if isinstance(found, dict):
            return found
        why = "not a JSON object"
    raise InputError(why, file=reading.path, line=line_at(file, at))


def line_at(file: IO[bytes], at: int) -> int:
    """The number of the line that begins at this byte: the file is read up to there."""
    file.seek(0)
    count = 1
    while at > 0 and (piece := file.read(min(at, 1 << 20))):
        count += piece.count(b"\n")
        at -= len(piece)
    return count


def listed(reading: Reading, file: IO[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of one list, each with the line it begins on. No more than one row is held."""
    held = JsonText(reading, file)
    held.take("[")
    if held.next() == "]":
        return
    while True:
        yield held.line, held.row()
        if held.take(",]") == "]":
            return
