"""Rows of parquet and Arrow files, with pyarrow (the extra `memwizard[data]`). Nothing else imports it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from wizard.domain.errors import InputError
from wizard.world.reading import SEED, Reading, Row

_BATCH = 64
"""Rows held at a time, at most."""
_HELD = 64 << 20
"""Bytes of rows that are held at a time, as the file says how large they are."""
_BOMB = (1 << 30, 100)
"""A group that unpacks to so many bytes, and to so many times what the file has, is not read."""
_BUFFER = 1 << 20
"""Bytes of a column that are read at a time: without it, a whole group's column would be."""


def rows(reading: Reading, place: Path, sample: int) -> Iterator[Row]:
    """The rows of a parquet file; `sample` of them, drawn with a fixed seed, where it has more.

    Groups of rows without one that was drawn are not read. Raises InputError without pyarrow, or for another format.
    """
    opened = _opened(reading.path, place)
    total = int(opened.metadata.num_rows)
    wanted = None
    if sample and total > sample:
        wanted = set(random.Random(SEED).sample(range(total), sample))
        reading.whole, reading.share = False, sample / total
        reading.method = f"{sample:,} rows drawn from all {total:,}, seed {SEED}"
    reading.rows = total
    begin = count = 0
    for group in range(opened.metadata.num_row_groups):
        size = int(opened.metadata.row_group(group).num_rows)
        reading.say(begin / max(1, total))
        if wanted is None or not wanted.isdisjoint(range(begin, begin + size)):
            rows_held = _bounded(opened, group, size, place.stat().st_size, reading.path)
            for at, row in _of_group(opened, group, begin, wanted, reading.path, rows_held):
                yield count, at + 1, row
                count += 1
        begin += size


def first_of_arrow(place: Path, most: int) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """The columns and first rows of a file as `datasets` keeps it in its cache: a stream of Arrow.

    Raises InputError without pyarrow, or for another format.
    """
    try:
        from pyarrow import ipc, memory_map
    except ImportError:
        raise InputError("to read Arrow memwizard needs one more package: pip install 'memwizard[data]'") from None
    try:
        with memory_map(str(place)) as source:
            stream = ipc.open_stream(source)
            first = next(iter(stream), None)
            names = tuple(map(str, stream.schema.names))
            return names, first.slice(0, most).to_pylist() if first is not None else []
    except Exception as error:
        raise InputError(f"not an Arrow stream ({type(error).__name__})", file=str(place)) from None


def _opened(path: str, place: Path) -> Any:
    try:
        from pyarrow import parquet
    except ImportError:
        raise InputError(
            "to read parquet memwizard needs one more package: pip install 'memwizard[data]'", file=path
        ) from None
    try:
        leaves = parquet.ParquetFile(place, memory_map=False, pre_buffer=False).schema
        # a text that stands in many rows once in the file stands once in memory
        texts = [leaves.column(at).path for at in range(len(leaves)) if leaves.column(at).physical_type == "BYTE_ARRAY"]
        return parquet.ParquetFile(
            place, memory_map=False, pre_buffer=False, buffer_size=_BUFFER, read_dictionary=texts
        )
    except Exception as error:
        raise InputError(f"not a parquet file ({type(error).__name__})", file=path) from None


def _bounded(opened: Any, group: int, size: int, whole: int, path: str) -> int:
    """How many rows of a group to hold at a time. Raises InputError for one that unpacks to more than can be held."""
    unpacked = int(opened.metadata.row_group(group).total_byte_size)  # to ask for a column may abort the process
    least, times = _BOMB
    if unpacked > max(least, times * whole):
        raise InputError(f"unpacks to {unpacked / (1 << 30):.1f} GiB from {whole:,} bytes: not read", file=path)
    return max(1, min(_BATCH, _HELD * size // max(1, unpacked)))


def _of_group(
    opened: Any, group: int, begin: int, wanted: set[int] | None, path: str, held: int
) -> Iterator[tuple[int, dict[str, Any]]]:
    at = begin
    batches: Any = opened.iter_batches(batch_size=held, row_groups=[group])
    while (batch := _read(batches.__next__, path, at)) is not None:
        for one in range(len(batch)):
            if wanted is None or at + one in wanted:  # one row at a time: each has its texts for itself
                yield at + one, _read(partial(_row, batch, one), path, at + one)
        at += len(batch)


def _row(batch: Any, place: int) -> Any:
    return batch.slice(place, 1).to_pylist()[0]


def _read(take: Callable[[], Any], path: str, row: int) -> Any:
    """What pyarrow gives, None at the end. Raises InputError where it can't read it."""
    try:
        return take()
    except StopIteration:
        return None
    except Exception as error:
        raise InputError(f"a row can't be read ({type(error).__name__})", file=path, line=row + 1) from None
