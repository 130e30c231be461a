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
    assert texts[0].startswith("<|im_start|>us" if "<|" in texts[0] else "user Questio")
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


CHATML = "<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
GEMMA = "<bos><start_of_turn>user\n", "<end_of_turn>\n<start_of_turn>model\n"
HEADER = "<|start_header_id|>{}<|end_header_id|>\n\n"
LLAMA = f"<|begin_of_text|>{HEADER.format('user')}", f"<|eot_id|>{HEADER.format('assistant')}"


@pytest.mark.parametrize("room", [60, 72])
@pytest.mark.parametrize(("before", "after"), [CHATML, GEMMA, LLAMA, ("<s>[INST] ", " [/INST]")])
def test_a_question_keeps_words_where_there_is_little_room(before: str, after: str, room: int) -> None:
    asked, learned = (
        "What does it cost to send order number 7 abroad?",
        "It costs 12 euros, and takes about a week.<|end|>",
    )
    row = RowSeen((Piece(before + asked + after), Piece(learned, "learned")))
    said = told(row, room)
    assert len(said) <= room
    assert "7 abroad?" in said
    assert "[+ It costs" in said
    assert "<|end|> +]" in said, "that the end of a turn is learned is seen"
    assert "assistant" not in said
    assert told(row, 400) == " ".join(f"{before}{asked}{after}[+ {learned} +]".split())


def test_what_is_nothing_but_marks_stays() -> None:
    row = RowSeen((Piece("<|im_start|>"), Piece("a" * 200, "learned"), Piece("<|im_end|>\n")))
    assert [one.text for one in runs(row, 60) if one.kind == "read"] == ["<|im_start|>", "<|im_end|> "]


@pytest.mark.parametrize("room", [60, 112, 216])
def test_a_question_behind_a_system_prompt_keeps_words(room: int) -> None:
    asked = "What does it cost to send order number 7 to a country abroad, by air?"
    before = f"<|im_start|>system\nYou answer questions about our shop, and nothing else.{CHATML[1][:11]}{CHATML[0]}"
    row = RowSeen((Piece(f"{before}{asked}{CHATML[1]}"), Piece("It costs 12 euros. " * 9, "learned")))
    said = told(row, room)
    assert len(said) <= room
    assert "by air? [+ It costs" in said
