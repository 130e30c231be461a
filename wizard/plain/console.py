"""Says lines of at most 79 columns and reads answers: no colour, no moving about, one character after the other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from wizard.domain.ascii import as_ascii
from wizard.domain.text import plain

COLUMNS = 79
_DEEPEST = 24
"""Spaces at most before a line that goes on."""
_SPELLED = {"→": "->", "←": "<-", "…": "...", "×": "x", "·": "-", "≥": ">=", "≤": "<="}


class Voice:
    """The two ends of the dialogue. `ascii`: every other character is spelled or becomes a question mark."""

    def __init__(self, read: Callable[[str], str], say: Callable[[str], None], *, ascii: bool = False) -> None:  # noqa: A002
        self._read = read
        self._say = say
        self.ascii = ascii

    def tell(self, *texts: str, hang: int = 0) -> None:
        """Each text on lines of its own; `hang` spaces stand before those where it goes on."""
        for text in texts:
            for line in text.split("\n"):
                for part in wrapped(self._shown(line), COLUMNS, hang):
                    self._say(part)

    def ask(self, prompt: str) -> str:
        """The person's line, without spaces around it. Raises EOFError where there is none any more."""
        *before, last = wrapped(self._shown(prompt), COLUMNS - 1, 0)
        for line in before:
            self._say(line)
        return self._read(f"{last} ").strip()

    def _shown(self, line: str) -> str:
        line = plain(line.rstrip("\r").expandtabs(4))
        return as_ascii("".join(_SPELLED.get(one, one) for one in line)) if self.ascii else line


def wrapped(line: str, columns: int, hang: int) -> list[str]:
    """A line broken between words, in a word only where it is longer than a line; its indentation is kept.

    A figure stays on the line of its unit.
    """
    indent = " " * min(len(line) - len(line.lstrip(" ")) + hang, _DEEPEST)
    lines, now = list[str](), ""
    for word in re.findall(r" *[^ ]+(?: GiB)?", line):
        if now and _cells(now + word) > columns:
            lines.append(now)
            now = indent + word.lstrip(" ")
        else:
            now += word
        while _cells(now) > columns:
            place = _fitting(now, columns)
            lines.append(now[:place])
            now = indent + now[place:]
    return [*lines, now]


def _fitting(text: str, columns: int) -> int:
    """How many characters fit."""
    place = columns
    while _cells(text[:place]) > columns:
        place -= 1
    return place


def _cells(text: str) -> int:
    """How many columns a text takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(one: str) -> int:
    return 0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1
