"""A row on one line: of many turns the first and the last can be read, and how many are left out is said."""

from __future__ import annotations

import pytest

from wizard.data.pieces import Piece, RowSeen
from wizard.data.shown import runs


def chat(turns: int) -> RowSeen:
    pieces = list[Piece]()
    for number in range(turns):
        ends = "<|im_end|>\n" if number else ""
        pieces.append(Piece(f"{ends}<|im_start|>user\nQuestion {number} of this talk, asked at some length"))
        pieces.append(Piece(f"Answer {number} of this talk, told at some length too", "learned"))
    return RowSeen((*pieces, Piece("<|im_end|>\n")))


def told(row: RowSeen, room: int) -> str:
    return "".join(one.text for one in runs(row, room))


@pytest.mark.parametrize("room", [72, 112, 3 * 72, 3 * 150])
@pytest.mark.parametrize("turns", [2, 4, 9, 40])
def test_many_turns_keep_the_first_and_the_last(turns: int, room: int) -> None:
    row = chat(turns)
    found = runs(row, room)
    texts = [one.text for one in found if one.kind != "mark"]
    left_out = [one.text for one in found if "more turn" in one.text]
    assert len(texts) + sum(int(text.split()[1]) for text in left_out) == len(row.pieces)
    assert texts[0].startswith("<|im_start|>us")
    assert texts[-1].startswith("<|im_end|>")
    assert texts[-2].startswith("Answer")
    assert len(told(row, room)) <= room
    assert min(map(len, texts[:-1])) >= 12
    if room >= 112:
        assert min(map(len, texts[:-1])) >= 30


def test_few_turns_and_short_ones_stay_whole() -> None:
    row = RowSeen((Piece("user: Hi\n"), Piece("Hello", "learned"), Piece("\nuser: Bye\n"), Piece("Bye", "learned")))
    assert told(row, 72) == "user: Hi [+ Hello +] user: Bye [+ Bye +]"


def test_a_prompt_and_its_answers_stay_all_three() -> None:
    row = RowSeen((Piece("p" * 300), Piece("good " * 60, "learned"), Piece("bad " * 60, "against")))
    assert [one.kind for one in runs(row, 72) if one.kind != "mark"] == ["read", "learned", "against"]
