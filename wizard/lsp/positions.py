"""Columns as Python counts them, and as an editor does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from lsprotocol import types
from pygls.workspace import PositionCodec

from wizard.output.text.snippet import Place

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")


def split(text: str) -> list[str]:
    """The lines with their ends, as editors count them: Python's own way has more ends than they know."""
    return _LINE.findall(text)


def span(codec: PositionCodec, text: str, line: int, start: int, end: int) -> types.Range:
    """A part of a line (from 0), whose text this is."""
    units = [codec.client_num_units(text[:column]) for column in (start, end)]
    return types.Range(types.Position(line, units[0]), types.Position(line, units[1]))


def place_range(codec: PositionCodec, lines: Sequence[str], place: Place | None, line: int | None) -> types.Range:
    """Where a finding stands: its key, else its line, else the first line."""
    if place is not None and place.line <= len(lines):
        return span(codec, lines[place.line - 1], place.line - 1, place.column - 1, place.end - 1)
    number = min((line or 1) - 1, max(0, len(lines) - 1))
    text = lines[number].rstrip("\r\n") if lines else ""
    return span(codec, text, number, len(text) - len(text.lstrip()), len(text))


def column_of(codec: PositionCodec, text: str, units: int) -> int:
    """The column of an editor's count of units into a line; the line's end where it is beyond."""
    column = 0
    for letter in text:
        if units <= 0:
            break
        units -= codec.client_num_units(letter)
        column += 1
    return column


def put(codec: PositionCodec, text: str, place: types.Range, new: str) -> str:
    """The text with another one in a place; what lies beyond its end is its end."""
    lines = split(text)
    start, end = (_offset(codec, lines, one) for one in (place.start, place.end))
    return text[:start] + new + text[max(start, end) :]


def _offset(codec: PositionCodec, lines: Sequence[str], at: types.Position) -> int:
    before = sum(map(len, lines[: at.line]))
    line = lines[at.line].rstrip("\r\n") if at.line < len(lines) else ""
    return before + column_of(codec, line, at.character)


def edits(old: str, new: str) -> list[types.TextEdit]:
    """The lines that differ, replaced: what a person sees change is what changes."""
    before, after = split(old), split(new)
    found = []
    for what, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            place = types.Range(types.Position(first, 0), types.Position(last, 0))
            found.append(types.TextEdit(place, "".join(after[start:end])))
    return found
