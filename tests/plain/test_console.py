"""Lines: no longer than 79 columns, broken between words, in ASCII where that is asked for."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.picked import picked
from tests.plain.dialogues import Person, Recorded, opening, own_file, talk
from wizard.plain.commands import ORDERS
from wizard.plain.console import COLUMNS, Voice, wrapped


def cells(text: str) -> int:
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text
    )


@given(st.text(max_size=400), st.integers(0, 4))
def test_nothing_is_longer_than_a_line_and_no_word_is_lost(text: str, hang: int) -> None:
    person = Person([""])
    voice = Voice(person.read, person.say)
    voice.tell(text, hang=hang)
    voice.ask(text)
    assert all(cells(line) <= COLUMNS for line in person.said)
    assert all(line.isprintable() for line in person.said)


@given(st.text("ab ", max_size=300), st.integers(0, 4))
def test_words_stay_in_their_order(text: str, hang: int) -> None:
    assert "".join("".join(wrapped(text, COLUMNS, hang)).split()) == "".join(text.split())


@given(st.text(max_size=200))
def test_in_ascii_nothing_else_is_said(text: str) -> None:
    person = Person([""])
    voice = Voice(person.read, person.say, ascii=True)
    voice.tell(text)
    voice.ask(text)
    assert all(line.isascii() and len(line) <= COLUMNS for line in person.said)


def test_a_line_goes_on_under_its_text_and_a_figure_keeps_its_unit() -> None:
    words = "word " * 14
    assert wrapped(f"  {words}14.1 GiB", COLUMNS, 2) == [f"  {words}".rstrip(), "    14.1 GiB"]
    assert wrapped("a" * 100, COLUMNS, 2) == ["a" * 79, "  " + "a" * 21]
    assert wrapped("", COLUMNS, 2) == [""]


def test_signs_that_matter_are_spelled() -> None:
    person = Person([])
    Voice(person.read, person.say, ascii=True).tell("2× A100: 8 → 4 …", "é 日", "\x1b[31mred\u202e")
    assert person.said == ["2x A100: 8 -> 4 ...", "e ??", "\\x1b[31mred\\u202e"]


EVERYTHING = [word for word in ORDERS if word not in ("write", "quit", "back")]


@pytest.mark.parametrize("demo", ["2xa100-80gb", "a100-mig-3g", "no-gpu", "gb10"])
@pytest.mark.parametrize("in_ascii", [True, False])
def test_the_whole_dialogue_in_short_lines(demo: str, in_ascii: bool) -> None:
    lines = [*EVERYTHING, "", "?", "5", "llama", "?", "", *(["?", ""] * 20), "write", "?", "-"]
    outcome, person = talk(opening(), *lines, outside=Recorded(demo), in_ascii=in_ascii)
    assert outcome is not None
    assert all(cells(line) <= COLUMNS for line in person.said)
    assert not [line for line in person.said if "\n" in line or (line != line.rstrip() and line not in person.prompts)]
    if in_ascii:
        assert all(line.isascii() for line in person.said)
    assert not [line for line in person.said if "\x1b" in line]


def test_an_own_file_of_long_lines_and_other_alphabets(tmp_path: Path) -> None:
    text = f"# {'日本' * 80}\nbase_model: Qwen/Qwen3-0.6B\noutput_dir: /{'x' * 200}\nnote: 'ö\u202e'\n"
    for in_ascii in (True, False):
        lines = ["yaml", "step 5", "", "", "", "write", "-"]
        _, person = talk(own_file(tmp_path / "a.yml", text), *lines, in_ascii=in_ascii)
        assert all(cells(line) <= COLUMNS for line in person.said)
        assert all(line.isascii() for line in person.said) or not in_ascii


@pytest.mark.parametrize("seed", picked(range(12), 4))
def test_whatever_is_typed_ends_well(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    answers = [
        "",
        "",
        "",
        "1",
        "2",
        "3",
        "4",
        "64",
        "0.5",
        "llama",
        "x",
        "yes",
        "no",
        "=1",
        "=",
        "t4",
        "12GiB",
        "\u202e",
    ]
    words = [word for word in ORDERS if word not in ("quit", "step 4")] + [f"step {number}" for number in range(8)]
    lines = [chance.choice(answers if chance.random() < 0.7 else words) for _ in range(120)]
    name = chance.choice(["qlora-12gb", "full-24gb", "dpo-qlora-24gb", "fsdp2-qlora-2x24gb", "fp8-hopper"])
    outside = Recorded(chance.choice(["rtx-4090", "t4", "2xa100-80gb", "no-gpu"]))
    start = opening(name, tmp_path / "a.yml")
    if seed % 3 == 0:
        start = own_file(tmp_path / "mine.yml", "base_model: Qwen/Qwen3-0.6B\nfsdp: [full_shard]\nevals_per_epoch: 2\n")
    _, person = talk(start, *lines, "quit", outside=outside, in_ascii=bool(seed % 2))
    assert all(cells(line) <= COLUMNS for line in person.said)
    assert not (tmp_path / "a.yml.bak9").exists()
