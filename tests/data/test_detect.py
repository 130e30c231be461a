"""What each of the data files is taken for: what a person would choose is proposed, or it is asked, or refused."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.data.files import SOUND, DataFile, lines, talks
from tests.data.refused import ASKED, BROKEN
from wizard.axolotl.forms.answer import Detected, Unsure, Unusable, form_of_entry
from wizard.axolotl.forms.detect import detect, made_for, settled
from wizard.domain.head import Head
from wizard.world.rowhead import MOST, head


def id_of(one: DataFile) -> str:
    return one.id


@pytest.mark.parametrize("one", SOUND, ids=id_of)
def test_a_sound_file_gets_its_entry(one: DataFile, tmp_path: Path) -> None:
    found = detect(head(str(one.put(tmp_path))), one.training)
    assert isinstance(found, Detected), found
    assert form_of_entry(found.entry) == one.form
    assert dict(one.settings).items() <= dict(found.settings).items()
    assert bool(found.settings) == bool(one.settings)
    if one.training != "pretraining":
        assert found.entry["path"] == str(tmp_path / one.name)
        by_ending = one.training in ("dpo", "kto") or one.name == "folder"
        assert found.entry.get("ds_type") == (None if by_ending else
                                              {"csv": "csv", "txt": "text"}.get(one.name[-3:], "json"))  # fmt: skip


@pytest.mark.parametrize("one", ASKED, ids=id_of)
def test_what_is_not_certain_is_asked(one: DataFile, tmp_path: Path) -> None:
    found = detect(head(str(one.put(tmp_path))), one.training)
    assert isinstance(found, Unsure), found
    assert one.says in found.question
    assert all(choice.label and choice.says for choice in found.choices)


@pytest.mark.parametrize("one", BROKEN, ids=id_of)
def test_what_nothing_reads_is_refused_with_its_line(one: DataFile, tmp_path: Path) -> None:
    found = detect(head(str(one.put(tmp_path))), one.training)
    assert isinstance(found, Unusable), found
    assert one.says in (found.why if found.line is None else f"line {found.line}: {found.why}")


def test_a_file_that_is_not_there_tells_nothing() -> None:
    assert detect(head("nothing/here.jsonl")) is None


def test_of_three_columns_the_answer_is_asked_first_and_then_what_it_answers(tmp_path: Path) -> None:
    seen = head(str(ASKED[1].put(tmp_path)))
    first = detect(seen)
    assert isinstance(first, Unsure)
    assert [one.label for one in first.choices] == ["note", "summary", "review"]
    then = settled(first, first.choices[1].entry, seen)
    assert isinstance(then, Unsure)
    assert [one.label for one in then.choices] == [
        "summary, answering review", "summary, answering note", "nothing: summary is plain text",
    ]  # fmt: skip
    assert form_of_entry(then.choices[-1].entry) == {"type": "completion", "field": "summary"}
    assert settled(first, then.choices[0].entry, seen) is first


def test_of_a_large_file_the_head_is_read(tmp_path: Path) -> None:
    place = tmp_path / "large.jsonl"
    place.write_bytes(lines(talks()))
    os.truncate(place, 200 << 20)  # the rest are zeros, which nobody reads
    with place.open("r+b") as file:
        file.seek(0)
        row = lines(talks())
        file.write(row * (MOST // len(row) + 2))
    seen = head(str(place))
    assert (seen.state, seen.whole, seen.columns) == ("table", False, ("messages",))
    assert isinstance(detect(seen), Detected)


def test_one_long_object_is_one_row(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(talks()[0], indent=2), encoding="utf-8")
    assert len(head(str(tmp_path / "one.json")).rows) == 1


def test_what_is_the_persons_own_stays_in_an_entry(tmp_path: Path) -> None:
    found = detect(head(str(SOUND[0].put(tmp_path))))
    assert isinstance(found, Detected)
    old = {"path": "x", "type": "alpaca", "field": "a", "split": "train[:9]", "roles_to_train": ["assistant"]}
    made = found.over(old)
    assert made == {**found.entry, "split": "train[:9]", "roles_to_train": ["assistant"]}


def test_answers_that_are_marked_as_bad_are_asked_about(tmp_path: Path) -> None:
    file = tmp_path / "k.jsonl"
    rows = ({"prompt": "a", "completion": "b", "label": good} for good in (True, False))
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = detect(head(str(file)))
    assert isinstance(found, Unsure)
    assert "`rl: kto` trains on" in found.question
    assert found.choices[0].says.endswith("those that `label` calls bad are learned too: `rl: kto` tells them apart")
    assert made_for(head(str(file))) == "kto"


def test_marks_that_call_all_answers_good_are_no_reason_to_ask(tmp_path: Path) -> None:
    file = tmp_path / "k.jsonl"
    file.write_text('{"prompt": "a", "completion": "b", "label": true}\n' * 2, encoding="utf-8")
    assert isinstance(detect(head(str(file))), Detected)
    assert made_for(head(str(file))) == "sft"


def test_prompts_without_answers_are_asked_about_and_other_single_texts_are_not() -> None:
    asked = detect(Head("p.jsonl", "json", columns=("prompt",), rows=({"prompt": "a"},)))
    assert isinstance(asked, Unsure)
    assert asked.question.startswith("Nothing answers `prompt`; `rl: grpo` trains on prompts alone.")
    assert [dict(one.entry)["type"] for one in asked.choices] == ["completion"]
    plain = detect(Head("p.jsonl", "json", columns=("story",), rows=({"story": "a"},)))
    assert isinstance(plain, Detected)
