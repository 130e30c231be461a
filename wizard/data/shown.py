"""Rows in pieces as lines for a person: what is learned stands between marks, whatever the colour."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from wizard.data.bare import bare
from wizard.data.pieces import Kind, Piece, RowSeen
from wizard.domain.text import plain

OPENS: dict[Kind, str] = {"read": "", "learned": "[+ ", "against": "[- "}
CLOSES: dict[Kind, str] = {"read": "", "learned": " +]", "against": " -]"}
LEGEND = "[+ learned +]"
AGAINST = "[- learned not to say -]"
_GAP = " ... "
_READABLE = 40
"""Characters of a piece that tell what it says, its template's marks among them."""
_FEWEST = 3
"""Pieces that are shown at least: the first, the last answer, and what ends it."""
_QUESTION = 0.7
"""The share of what is read, its marks left out, that is its end where it is shortened: the question stands there."""
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Run:
    """Some text of one line, and what it is."""

    text: str
    kind: Kind | Literal["mark"]


def legend(rows: Iterable[RowSeen], says: str) -> str:
    """What the marks mean, and how the rows were rendered; or that there is none to see."""
    rows = tuple(rows)
    if rows and all(row.why for row in rows):
        return "none of these rows can be read so"
    kinds = {one.kind for row in rows for one in row.pieces}
    marks = [LEGEND] if "learned" in kinds else []
    marks += [AGAINST] if "against" in kinds else []
    return ", ".join([*marks, "the rest only read"]) + (f"; {says}" if says else "")


def runs(row: RowSeen, room: int) -> tuple[Run, ...]:
    """A row on one line of about `room` characters: of a longer one the middle of each piece is left out.

    Of many turns those in the middle are left out whole, so that the first and the last can be read. Where what is
    only read has no room either, the template's marks are left out of it, and its end is kept: the question.
    """
    if row.why:
        return (Run(f"can't be read: {plain(row.why)}", "mark"),)
    first, out, last = _ends(row.pieces, room)
    tail = 0.5
    if not _whole((*first, *last), room - len(_left(out))):
        first, out, last = _ends(tuple(map(_bare, row.pieces)), room)
        tail = _QUESTION
    found: list[Run] = []
    pieces = (*first, *last)
    for place, (piece, most) in enumerate(zip(pieces, _kept(pieces, room - len(_left(out))), strict=True)):
        if out and place == len(first):
            found.append(Run(_left(out), "mark"))
        before_gap = bool(out) and place == len(first) - 1
        text = _flat(piece)[:most] if before_gap else _short(_flat(piece), most, tail if piece.kind == "read" else 0.5)
        found += [Run(OPENS[piece.kind], "mark"), Run(text, piece.kind), Run(CLOSES[piece.kind], "mark")]
    return tuple(one for one in found if one.text)


def _ends(pieces: tuple[Piece, ...], room: int) -> tuple[tuple[Piece, ...], int, tuple[Piece, ...]]:
    """The pieces at both ends that leave each other enough to be read, and how many are left out between them."""
    first, out = len(pieces), 0
    while first + out > 1 and not _readable((*pieces[:first], *pieces[first + out :]), room - len(_left(out))):
        if len(pieces) - out <= _FEWEST:
            break
        out += 1
        first = (len(pieces) - out) // 2
    return pieces[:first], out, pieces[first + out :]


def _readable(pieces: tuple[Piece, ...], room: int) -> bool:
    kept = _kept(pieces, room)
    return all(most >= min(_READABLE, len(_flat(piece))) for piece, most in zip(pieces, kept, strict=True))


def _whole(pieces: tuple[Piece, ...], room: int) -> bool:
    """Whether all that is only read has room."""
    kept = zip(pieces, _kept(pieces, room), strict=True)
    return all(most >= len(_flat(piece)) for piece, most in kept if piece.kind == "read")


def _left(out: int) -> str:
    """What stands for so many turns that are left out."""
    return f"{_GAP}{out} more {'turn' if out == 1 else 'turns'}{_GAP}" if out else ""


def _kept(pieces: tuple[Piece, ...], room: int) -> list[int]:
    """How many characters of each piece are shown."""
    beside = sum(len(OPENS[one.kind]) + len(CLOSES[one.kind]) for one in pieces)
    return _shares([len(_flat(one)) for one in pieces], max(8 * len(pieces), room - beside))


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


def _short(text: str, most: int, tail: float) -> str:
    """A text without its middle. `tail`: the share of its end."""
    if len(text) <= most:
        return text
    inner = max(2, most - len(_GAP))
    ends = int(inner * tail)
    return f"{text[: inner - ends]}{_GAP}{text[len(text) - ends :]}"


def _bare(piece: Piece) -> Piece:
    return Piece(bare(piece.text), piece.kind) if piece.kind == "read" else piece
