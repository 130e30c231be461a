"""Rows in pieces as lines for a person: what is learned stands between marks, whatever the colour."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from wizard.data.pieces import Kind, Piece, RowSeen
from wizard.domain.text import plain

OPENS: dict[Kind, str] = {"read": "", "learned": "[+ ", "against": "[- "}
CLOSES: dict[Kind, str] = {"read": "", "learned": " +]", "against": " -]"}
LEGEND = "[+ learned +]"
AGAINST = "[- learned not to say -]"
_GAP = " ... "
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Run:
    """Some text of one line, and what it is."""

    text: str
    kind: Kind | Literal["mark"]


def legend(rows: Iterable[RowSeen], says: str) -> str:
    """What the marks mean, and how the rows were rendered."""
    kinds = {one.kind for row in rows for one in row.pieces}
    marks = [LEGEND] if "learned" in kinds else []
    marks += [AGAINST] if "against" in kinds else []
    return ", ".join([*marks, "the rest only read"]) + (f"; {says}" if says else "")


def runs(row: RowSeen, room: int) -> tuple[Run, ...]:
    """A row on one line of about `room` characters: of a longer one the middle of each piece is left out."""
    if row.why:
        return (Run(f"can't be read: {plain(row.why)}", "mark"),)
    texts = [_flat(one) for one in row.pieces]
    beside = sum(len(OPENS[one.kind]) + len(CLOSES[one.kind]) for one in row.pieces)
    kept = _shares([len(text) for text in texts], max(8 * len(texts), room - beside))
    found: list[Run] = []
    for piece, text, most in zip(row.pieces, texts, kept, strict=True):
        found += [Run(OPENS[piece.kind], "mark"), Run(_short(text, most), piece.kind), Run(CLOSES[piece.kind], "mark")]
    return tuple(one for one in found if one.text)


def whole(row: RowSeen, most: int = 4000) -> str:
    """A row with its lines as they are, of at most so many characters."""
    if row.why:
        return f"can't be read: {plain(row.why)}"
    text = "".join(f"{OPENS[one.kind]}{one.text}{CLOSES[one.kind]}" for one in row.pieces)
    lines = "\n".join(plain(line) for line in text.split("\n"))
    return lines if len(lines) <= most else f"{lines[:most]}{_GAP.rstrip()}"


def _flat(piece: Piece) -> str:
    """A text on one line: the ends of lines become blanks."""
    return plain(_BLANKS.sub(" ", piece.text))


def _shares(lengths: list[int], room: int) -> list[int]:
    """How much of each is kept: short ones whole, what is left divided among the long ones."""
    kept, left = [0] * len(lengths), room
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    for done, place in enumerate(order):
        kept[place] = min(lengths[place], left // (len(order) - done))
        left -= kept[place]
    return kept


def _short(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    inner = max(2, most - len(_GAP))
    return f"{text[: inner - inner // 2]}{_GAP}{text[len(text) - inner // 2 :]}"
