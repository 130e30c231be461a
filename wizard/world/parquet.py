"""Rows of parquet files, with pyarrow (the extra `memwizard[data]`). Nothing else imports it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wizard.domain.errors import InputError
from wizard.world.reading import SEED, Reading, Row

_BATCH = 64
"""Rows held at a time."""
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
            for at, row in _of_group(opened, group, begin, wanted, reading.path):
                yield count, at + 1, row
                count += 1
        begin += size


def _opened(path: str, place: Path) -> Any:
    try:
        from pyarrow import parquet
    except ImportError:
        raise InputError(
            "to read parquet memwizard needs one more package: pip install 'memwizard[data]'", file=path
        ) from None
    try:
        return parquet.ParquetFile(place, memory_map=False, pre_buffer=False, buffer_size=_BUFFER)
    except Exception as error:
        raise InputError(f"not a parquet file ({type(error).__name__})", file=path) from None


def _of_group(
    opened: Any, group: int, begin: int, wanted: set[int] | None, path: str
) -> Iterator[tuple[int, dict[str, Any]]]:
    at = begin
    batches: Any = opened.iter_batches(batch_size=_BATCH, row_groups=[group])
    while True:
        try:
            batch: Any = next(batches, None)
            taken = [] if batch is None else [one for one in range(len(batch)) if wanted is None or at + one in wanted]
            found = [(at + one, batch.slice(one, 1).to_pylist()[0]) for one in taken]
        except Exception as error:
            raise InputError(f"a row can't be read ({type(error).__name__})", file=path, line=at + 1) from None
        if batch is None:
            return
        yield from found
        at += len(batch)
