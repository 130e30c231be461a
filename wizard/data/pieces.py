"""A row as the trainer sees it: its text in pieces, each learned or only read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["read", "learned", "against"]
"""`against`: an answer that training by preference moves away from."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of a row."""

    text: str
    kind: Kind = "read"


@dataclass(frozen=True, slots=True)
class RowSeen:
    """A row in pieces. `marked`: the marks of its template are in it. `why`: what stops its reading, else empty."""

    pieces: tuple[Piece, ...] = ()
    marked: bool = True
    why: str = ""

    @property
    def learned(self) -> str:
        """What is learned of it, one after the other."""
        return "".join(one.text for one in self.pieces if one.kind == "learned")

    @property
    def whole(self) -> str:
        """All of its text."""
        return "".join(one.text for one in self.pieces)


def joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces without empty ones, those of one kind put together."""
    found: list[Piece] = []
    for one in pieces:
        if found and found[-1].kind == one.kind:
            found[-1] = Piece(found[-1].text + one.text, one.kind)
        elif one.text:
            found.append(one)
    return tuple(found)


def cut(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """A text of which some places are learned: each from its first character up to the one behind its last."""
    made: list[Piece] = []
    place = 0
    for start, end in sorted(spans):
        begin = max(start, place)
        if end > begin:
            made += [Piece(text[place:begin]), Piece(text[begin:end], "learned")]
            place = end
    return joined([*made, Piece(text[place:])])
