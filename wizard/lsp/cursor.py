"""Where a cursor stands in a YAML text, broken or not: told by indentation alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_KEY = re.compile(
    r"^(?P<indent>\s*)(?P<dashes>(?:-\s+)*)(?P<quote>[\"']?)(?P<key>[\w.-]+)(?P=quote)\s*:(?P<rest>\s.*|)$"
)
_DASHES = re.compile(r"^(\s*)((?:-\s+)*|-$)")
_FAR = 5000
"""How many lines above are looked at."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """`path`: of the key on the line, or of the block around an empty place, entries of lists as `[]`.

    `at`: on a key, in its value, or in an entry of a list. `typed`: what stands before the cursor of the word that it
    is in. `start`, `end`: the columns of that word, from 0.
    """

    path: str
    at: Literal["key", "value", "entry"]
    typed: str
    start: int
    end: int

    @property
    def block(self) -> str:
        """The path of the block that the key is in; empty at the top."""
        return self.path.rpartition(".")[0] if self.at != "entry" else self.path


def cursor(lines: Sequence[str], line: int, column: int) -> Cursor:
    """The cursor at a line and column, both from 0. Takes any text."""
    text = lines[line].rstrip("\r\n") if line < len(lines) else ""
    column = max(0, min(column, len(text)))
    found = _KEY.match(text)
    if found is not None and column > found.end("key"):
        start = found.start("rest") + len(found["rest"]) - len(found["rest"].lstrip())
        start = min(start, column)
        path = _join(_around(lines, line, found.start("key")), found["key"])
        return Cursor(path, "value", text[start:column], start, max(column, len(text.rstrip())))
    if found is not None:
        start, end = found.span("key")
        path = _join(_around(lines, line, start), found["key"])
        return Cursor(path, "key", text[start : max(start, column)], start, end)
    dashes = _DASHES.match(text)
    start = min(dashes.end() if dashes else 0, column)
    typed = text[start:column]
    around = _around(lines, line, start if typed or "-" in text[:start] else column)
    end = len(text.rstrip()) if typed else column
    if around.endswith("[]"):
        return Cursor(around, "entry", typed, start, max(end, column))
    return Cursor(_join(around, ""), "key", typed, start, max(end, column))


def _join(around: str, key: str) -> str:
    return f"{around}.{key}" if around else key


def _around(lines: Sequence[str], line: int, column: int) -> str:
    """The path of the block that a column of a line is in."""
    steps: list[str] = []
    entry = False
    for number in range(line, max(-1, line - _FAR), -1):
        text = lines[number].rstrip("\r\n") if number < len(lines) else ""
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        found = _KEY.match(text)
        indent = len(text) - len(text.lstrip())
        start = found.start("key") if found is not None else None
        if number < line and start is not None and found is not None and not found["rest"].strip().strip("|>-+"):
            around = start < column or (entry and start <= column and not found["dashes"])
            steps += [found["key"] + ("[]" if entry else "")] if around else []
            column, entry = (start, False) if around else (column, entry)
        dash = indent if text.lstrip().startswith("-") else None
        if dash is not None and dash < column and (start is None or start <= column):
            column, entry = dash, True
        if column == 0 and not entry:
            break
    return ".".join(reversed(steps))
