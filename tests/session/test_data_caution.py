"""What is lost of a person's rows is said where they are named, and before the file is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.data.test_review import dataset, review
from tests.plain.dialogues import Recorded, opening, talk
from tests.session.test_conversation import begun, entry
from wizard.data.advice import advice
from wizard.domain.plan import Plan
from wizard.output.text.data import caution_text
from wizard.session import answers
from wizard.session.data_caution import caution


def rows(folder: Path, *, long: int, short: int, name: str = "rows.jsonl") -> Path:
    texts = ["word " * 3000] * long + ["word " * 20] * short
    made = ({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": one}]} for one in texts)
    (folder / name).write_text("".join(json.dumps(one) + "\n" for one in made), encoding="utf-8")
    return folder / name


def test_rows_that_are_left_out_and_steps_that_are_few_are_told() -> None:
    few = {"sequence_len": 2048, "sample_packing": True, "gradient_accumulation_steps": 8}
    assert caution_text(review(few, dataset((100,) * 90 + (3000,) * 10))) == (
        "10.0% of the rows are longer than sequence_len 2,048 and left out; they make 1 step in all: next to "
        "nothing is learned"
    )
    assert caution_text(review(few, dataset((100,) * 10_000))) == ""
    assert "truncated" in caution_text(review({**few, "excess_length_strategy": "truncate"}, dataset((3000,) * 9)))
    assert "end the run" in caution_text(
        review({**few, "excess_length_strategy": "raise"}, dataset((100,) * 9_999 + (3000,)))
    )


def test_text_that_is_cut_into_several_is_not_lost() -> None:
    long = {"sequence_len": 2048, "micro_batch_size": 1}
    assert caution_text(review(long, dataset((3000,) * 900, "completion"))) == ""
    assert caution_text(review(long, dataset((3000,) * 900))) != ""


def test_less_accumulation_is_offered_where_steps_are_few() -> None:
    plan = {"sequence_len": 4096, "gradient_accumulation_steps": 16, "micro_batch_size": 1}
    offered = advice(Plan(plan), review(plan, dataset((3000,) * 60)), None)
    assert [one.says for one in offered] == ["gradient_accumulation_steps 4: 15 steps in all, in place of 4"]
    assert advice(Plan(plan), review(plan, dataset((3000,) * 600)), None) == ()


def test_a_conversation_knows_of_its_own_rows_alone(tmp_path: Path) -> None:
    session = begun()
    assert caution(session.state, session.situation.head, session.outside) == ""
    answers.take_text(session, entry("path"), str(rows(tmp_path, long=20, short=180)))
    assert "left out" in caution(session.state, session.situation.head, session.outside)
    answers.take_fields(session, {"sequence_len": 8192}, "longer")
    assert "left out" not in caution(session.state, session.situation.head, session.outside)


def test_files_are_read_once_for_all_lengths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = begun()
    answers.take_text(session, entry("path"), str(rows(tmp_path, long=20, short=180)))
    first = caution(session.state, session.situation.head, session.outside)
    monkeypatch.setattr("wizard.cli.datafiles.rows", lambda *_: pytest.fail("read again"))
    answers.take_fields(session, {"gradient_accumulation_steps": 2}, "less")
    assert caution(session.state, session.situation.head, session.outside) != first


def test_line_by_line_it_is_told_where_the_file_is_named_and_at_the_end(tmp_path: Path) -> None:
    path = rows(tmp_path, long=20, short=180)
    _, person = talk(opening(), "step 5", str(path), "write", outside=Recorded())
    assert person.text.count("Your data: 10.0%") == 2
    assert "Type data to hear what would suit." in person.text


def test_the_figures_stand_before_the_rows(tmp_path: Path) -> None:
    session = begun()
    answers.take_text(session, entry("path"), str(rows(tmp_path, long=20, short=180)))
    text = session.outside.data(session.state.plan, session.state.machine, None).text
    assert text.index("sequence_len 2,048: 10.0%") < text.index("\nrow 1\n")
