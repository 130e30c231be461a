"""What the readers of data files share: how a file was read, and the bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SEED = 42
MAX_ROW = 16 << 20
"""Bytes (of a list of JSON and of CSV: characters) of one row at most."""
Row = tuple[int, int, dict[str, Any]]
"""Where its measure goes in the list of measures (one after the last, or in place of another); its line, or, where that
is not known yet, minus the byte it begins at; and the row."""


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
