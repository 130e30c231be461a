"""What is set by a data file that is named, and what is said of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.data.files import SOUND, DataFile
from tests.data.refused import ASKED, BROKEN
from tests.session.test_conversation import begun, entry
from wizard.axolotl.forms.answer import form_of_entry
from wizard.domain.plan import Plan
from wizard.knowledge.models.catalogue import built
from wizard.questions.question import Choice
from wizard.questions.rows import first_dataset
from wizard.questions.steps import STEPS
from wizard.session import answers
from wizard.session.data_remark import remark
from wizard.session.results import Changed, Nothing, Refused
from wizard.world.rowhead import head

SUPERVISED = [one for one in SOUND if one.training == "supervised"]


def form_question() -> Choice:
    found = next(one for step in STEPS for one in step.questions if one.id == "type")
    assert isinstance(found, Choice)
    return found


@pytest.mark.parametrize("one", SUPERVISED, ids=lambda one: one.id)
def test_the_form_is_set_announced_and_undone(one: DataFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    one.put(tmp_path)
    session = begun()
    before = session.state
    done = answers.take_text(session, entry("path"), one.name)
    assert isinstance(done, Changed)
    assert form_of_entry(first_dataset(session.state.plan)) == one.form
    assert done.remark is not None
    assert one.name in done.remark.says
    assert not done.remark.take
    choice = form_question()
    assert choice.current(session.situation) == 0
    session.undo()
    assert session.state == before


@pytest.mark.parametrize("one", ASKED, ids=lambda one: one.id)
def test_what_is_not_certain_is_a_question_with_its_answers(
    one: DataFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one.put(tmp_path)
    session = begun()
    done = answers.take_text(session, entry("path"), one.name)
    assert isinstance(done, Changed)
    assert done.remark is not None
    assert done.remark.take
    assert one.says in done.remark.says
    question = form_question()
    assert any(one.about.endswith("(your file)") for one in question.options(session.situation))


@pytest.mark.parametrize(
    ("name", "row", "kind"),
    [
        ("judged.jsonl", {"prompt": "a", "completion": "b", "label": False}, "kto"),
        ("pairs.jsonl", {"prompt": "a", "chosen": "b", "rejected": "c"}, "dpo"),
        ("talks.jsonl", {key: [{"role": "user", "content": "a"}, {"role": "assistant", "content": key}]
                         for key in ("chosen", "rejected")}, "dpo"),
    ],
)  # fmt: skip
def test_rows_that_another_kind_is_made_for_offer_it_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, row: dict[str, object], kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(f"{json.dumps(row)}\n" * 30, encoding="utf-8")
    session = begun()
    answers.take_text(session, entry("path"), name)
    named = session.state
    other = form_question().options(session.situation)[0]
    assert other.about.endswith("(your file is made for it)")
    done = answers.take_fields(session, other.changes, other.label)
    assert isinstance(done, Changed)
    assert session.state.plan.get("rl") == kind
    assert not [one for one in done.after.findings if one.severity == "error"]
    assert done.remark is not None
    assert "it is read as" in done.remark.says
    choice = form_question()
    assert choice.current(session.situation) == 0
    assert choice.options(session.situation)[0].about.endswith("(your file)")
    session.undo()
    assert session.state == named


def test_rows_for_imitation_offer_no_other_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jsonl").write_text('{"instruction": "a", "output": "b"}\n', encoding="utf-8")
    (tmp_path / "b.jsonl").write_text('{"chosen": "b", "rejected": "c"}\n', encoding="utf-8")  # of no prompt
    for name in ("a.jsonl", "b.jsonl"):
        session = begun()
        answers.take_text(session, entry("path"), name)
        assert not any("made for it" in one.about for one in form_question().options(session.situation))


@pytest.mark.parametrize("one", [one for one in BROKEN if one.training == "supervised"], ids=lambda one: one.id)
def test_what_is_broken_is_said(one: DataFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    one.put(tmp_path)
    session = begun()
    done = answers.take_text(session, entry("path"), one.name)
    assert isinstance(done, Changed)
    assert done.remark is not None
    assert one.says.rpartition(": ")[2] in done.remark.says


def test_what_is_not_here_is_said_once_it_looks_like_a_file() -> None:
    missing = Plan({"datasets": [{"path": "nothing.jsonl", "type": "alpaca"}]})
    outside = begun().outside
    found = remark(missing, outside.head("nothing.jsonl"))
    assert found is not None
    assert "There is no file nothing.jsonl here" in found.says
    hub = Plan({"datasets": [{"path": "owner/dataset", "type": "alpaca"}]})
    assert remark(hub, outside.head("owner/dataset")) is None
    assert remark(Plan({}), None) is None


def test_two_questions_where_three_columns_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ASKED[1].put(tmp_path)
    session = begun()
    answers.take_text(session, entry("path"), ASKED[1].name)
    question = form_question()
    second = question.options(session.situation)[1]
    done = answers.take_fields(session, second.changes, "x")
    assert not isinstance(done, Refused)
    assert done.remark is not None
    assert "To what is summary the answer?" in done.remark.says
    third = question.options(session.situation)[0]
    done = answers.take_fields(session, third.changes, "x")
    assert not isinstance(done, Refused)
    assert first_dataset(session.state.plan)["type"]["field_instruction"] == "review"  # type: ignore[index]
    assert not isinstance(done, Nothing)


def test_images_that_the_model_does_not_see_are_told(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    (tmp_path / "rows.jsonl").write_text(json.dumps({"messages": turns, "images": ["a.png"]}) + "\n", encoding="utf-8")
    path = str(tmp_path / "rows.jsonl")
    plan = Plan({"base_model": "Qwen/Qwen3-8B", "datasets": [{"path": path, "type": "chat_template"}]})
    blind, sees = (remark(plan, head(path), built(name)) for name in ("Qwen/Qwen3-8B", "Qwen/Qwen3-VL-8B-Instruct"))
    assert blind is not None
    told = f"The images of {path} are not seen: Qwen/Qwen3-8B reads text alone (step 2, `vision`, has others)."
    assert told in blind.says
    assert sees is not None
    assert "not seen" not in sees.says


@pytest.mark.parametrize("name", ["Qwen/Qwen3-8B", "google/gemma-4-E2B-it"])
def test_sound_that_nothing_reads_is_told_whatever_the_model(tmp_path: Path, name: str) -> None:
    path = tmp_path / "rows.jsonl"
    talk = [{"role": "user", "content": "what is said"}, {"role": "assistant", "content": "hello"}]
    path.write_text(f"{json.dumps({'messages': talk, 'audio': 'a.wav'})}\n" * 3, encoding="utf-8")
    made = Plan({"base_model": name, "datasets": [{"path": str(path), "type": "chat_template", "ds_type": "json"}]})
    told = remark(made, head(str(path)), built(name))
    assert told is not None
    assert "is not read: Axolotl takes sound from parts of a message" in told.says
    assert "has others" not in told.says
