"""A line of a person's file with a caret under what is meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from wizard.domain.text import plain

Role = Literal["place", "error", "warning", "hint", "frame", "help"]
Paint = Callable[[str, Role], str]
_WIDEST = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding is: 1-based line and columns (the second is past the end), and the whole line."""

    line: int
    column: int
    end: int
    text: str


def unpainted(text: str, role: Role) -> str:
    """The text as it is."""
    return text


def snippet(place: Place, role: Role, paint: Paint = unpainted) -> list[str]:
    """The line, its number before it, and carets below; a long line is cut."""
    text = place.text.replace("\t", " ")
    before, marked = plain(text[: place.column - 1]), plain(text[place.column - 1 : place.end - 1])
    shown = before + marked + plain(text[place.end - 1 : place.end + _WIDEST])
    if len(shown) > _WIDEST:
        shown = shown[:_WIDEST] + " …"
    number = str(place.line)
    bar = paint(" " * len(number) + " |", "frame")
    lines = [bar, f"{paint(f'{number} |', 'frame')} {shown}".rstrip()]
    if len(before) < _WIDEST:
        carets = "^" * min(max(1, _cells(marked)), _WIDEST)
        lines.append(f"{bar} {' ' * _cells(before)}{paint(carets, role)}")
    return lines


def _cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(one) else 1 + (unicodedata.east_asian_width(one) in ("W", "F")) for one in text
    )
