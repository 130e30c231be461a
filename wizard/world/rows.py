"""Looks at the first row of a data file on this machine: its columns tell which form it has."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

_MOST = 1 << 18
"""Bytes read at most: a first row is shorter, or nothing is told."""


def columns(path: str) -> tuple[str, ...] | None:
    """The columns of a file's first row; None where there is no such file, empty where they can't be told."""
    try:
        place = Path(path).expanduser()
        if not place.is_file():
            return None
        with place.open("rb") as file:
            text = file.read(_MOST).decode("utf-8-sig", errors="replace").lstrip()
    except (OSError, RuntimeError, ValueError):
        return None
    kind = place.suffix.lower()
    if kind == ".csv":
        try:
            return tuple(next(csv.reader(io.StringIO(text)), ()))
        except csv.Error:
            return ()
    return _of_json(text) if kind in (".json", ".jsonl") else ()


def _of_json(text: str) -> tuple[str, ...]:
    """The keys of the first object, whether it stands alone, in lines or in a list."""
    try:
        first, _ = json.JSONDecoder().raw_decode(text.removeprefix("[").lstrip())
    except (ValueError, RecursionError):
        return ()
    return tuple(map(str, first)) if isinstance(first, dict) else ()
