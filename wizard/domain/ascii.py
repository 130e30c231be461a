"""Text for terminals that know ASCII alone: one character for each, as wide as it was."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SIGNS = {
    "✓": "+", "✗": "x", "●": "*", "▸": ">", "→": ">", "←": "<", "↑": "^", "↓": "v", "×": "x", "·": ".", "…": ">",
    "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "⏎": "^", "✕": "x", "◀": "<", "▶": ">", "•": "*",
    "🔎": "> ", "★": "#",
    "█": "W", "▉": "a", "▓": "G", "▒": "O", "▞": "A", "░": "L", "▖": "T", "▪": "R", "≥": ">", "≤": "<", "≈": "~",
}  # fmt: skip
"""Symbols with a meaning first: the eight of the memory bar stay eight different letters."""


@lru_cache(maxsize=4096)
def as_ascii(text: str) -> str:
    """The text in ASCII, with as many cells."""
    return text if text.isascii() else "".join(map(_sign, text))


def _sign(character: str) -> str:
    if character.isascii():
        return character
    if character in _SIGNS:
        return _SIGNS[character]
    if 0x2500 <= ord(character) <= 0x257F:  # box drawing
        return _line(unicodedata.name(character, ""))
    if 0x2580 <= ord(character) <= 0x259F:  # block elements
        return "#"
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    if len(plain) == 1:
        return plain
    if unicodedata.category(character) in ("Mn", "Me", "Cf") or 0x1160 <= ord(character) <= 0x11FF:
        return ""  # accents of their own, joiners, the later parts of a Korean syllable
    return "??" if unicodedata.east_asian_width(character) in "WF" else "?"


def _line(name: str) -> str:
    """`BOX DRAWINGS LIGHT HORIZONTAL` is a dash, `... VERTICAL` a bar, all corners and crossings a plus."""
    if " AND " in name:
        return "+"
    return {"HORIZONTAL": "-", "VERTICAL": "|"}.get(name.rpartition(" ")[2], "+")
