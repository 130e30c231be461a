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
from wizard.knowledge.kinds import kinds
from wizard.output.text.data import caution_text
from wizard.plain.phrases import cautioned
from wizard.questions.other_kind import to_kind
from wizard.session import answers, fixing
from wizard.session.conversation import Conversation
from wizard.session.data_caution import caution, heed, offered
from wizard.session.results import Changed, Fixed
from wizard.ui import phrases


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
    packed = {**plan, "sample_packing": True}
    one_row = advice(Plan(packed), review(packed, dataset((100,) * 9)), None)
    assert [one.field for one in one_row] == ["sequence_len"]  # one step, whatever is accumulated


def test_a_conversation_knows_of_its_own_rows_alone(tmp_path: Path) -> None:
    session = begun()
    assert caution(session.state, session.situation.head, session.outside).says == ""
    answers.take_text(session, entry("path"), str(rows(tmp_path, long=20, short=180)))
    assert "left out" in caution(session.state, session.situation.head, session.outside).says
    answers.take_fields(session, {"sequence_len": 8192}, "longer")
    assert "left out" not in caution(session.state, session.situation.head, session.outside).says


def test_files_are_read_once_for_all_lengths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = begun()
    answers.take_text(session, entry("path"), str(rows(tmp_path, long=20, short=180)))
    first = caution(session.state, session.situation.head, session.outside)
    monkeypatch.setattr("wizard.cli.datafiles.rows", lambda *_: pytest.fail("read again"))
    answers.take_fields(session, {"gradient_accumulation_steps": 2}, "less")
    assert caution(session.state, session.situation.head, session.outside) != first


def test_a_file_that_is_written_anew_is_read_anew(tmp_path: Path) -> None:
    session = begun()
    answers.take_text(session, entry("path"), str(rows(tmp_path, long=20, short=180)))
    assert "left out" in caution(session.state, session.situation.head, session.outside).says
    rows(tmp_path, long=0, short=400)
    assert "left out" not in caution(session.state, session.situation.head, session.outside).says


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


_ROUNDS = "gradient_accumulation_steps"


def _heeded(session: Conversation) -> object:
    plan = session.state.plan
    return heed(session, plan, caution(session.state, session.situation.head, session.outside))


def test_rounds_that_are_left_to_us_follow_rows_that_make_few_steps_and_undoing_that_holds(tmp_path: Path) -> None:
    session = begun()
    answers.take_text(session, entry("path"), str(rows(tmp_path, long=0, short=300)))
    before = session.state.plan.get(_ROUNDS)
    assert isinstance(_heeded(session), Changed)
    assert session.state.plan.get(_ROUNDS) == 1 != before
    session.undo()
    assert _heeded(session) is None
    assert session.state.plan.get(_ROUNDS) == before


def test_rounds_that_another_kind_of_training_divides_anew_are_still_left_to_us(tmp_path: Path) -> None:
    session = begun()
    path = tmp_path / "judged.jsonl"
    path.write_text('{"prompt": "a", "completion": "b", "label": true}\n' * 60, encoding="utf-8")
    micro = session.state.plan.get("micro_batch_size")
    answers.take_fields(session, to_kind(kinds()["kto"], session.situation), "kto")
    assert session.state.plan.get("micro_batch_size") == 2 != micro
    answers.take_text(session, entry("path"), str(path))
    assert isinstance(_heeded(session), Changed)
    assert session.state.plan.get(_ROUNDS) == 2


def test_f6_is_named_only_where_it_has_something_that_helps(tmp_path: Path) -> None:
    session = begun()
    answers.take_fields(session, {_ROUNDS: 1, "sequence_len": 256}, "one")
    answers.take_text(session, entry("path"), str(rows(tmp_path, long=0, short=30)))
    told = caution(session.state, session.situation.head, session.outside)
    assert told.lost.startswith("they make")
    said = phrases.cautioned(told, None, None)
    assert said.endswith("More rows or `num_epochs` make more of them.")
    assert "F6" not in said
    assert "More rows" in cautioned(told, None, None)[0]
    for changes, long, short, name in (
        ({"sequence_len": 4096}, 0, 100, "packed.jsonl"),  # a shorter length packs them into more rows
        ({"sequence_len": 2048}, 20, 180, "long.jsonl"),
    ):
        answers.take_fields(session, changes, "another length")
        answers.take_text(session, entry("path"), str(rows(tmp_path, long=long, short=short, name=name)))
        told = caution(session.state, session.situation.head, session.outside)
        assert told.more is None
        assert phrases.cautioned(told, None, None).endswith("F6 offers what would suit.")


def test_rounds_that_a_person_chose_stay_and_the_fix_key_takes_what_suits(tmp_path: Path) -> None:
    session = begun()
    answers.take_fields(session, {_ROUNDS: 16}, "more")
    answers.take_text(session, entry("path"), str(rows(tmp_path, long=0, short=300)))
    assert _heeded(session) is None
    assert session.state.plan.get(_ROUNDS) == 16
    offer = offered(session)
    assert offer is not None
    assert offer.changes == {_ROUNDS: 1}
    done = fixing.fix(session)
    assert isinstance(done, Fixed)
    assert done.fix == offer.says
    assert session.state.plan.get(_ROUNDS) == 1
    assert offered(session) is None


def test_what_was_told_of_another_plan_sets_nothing(tmp_path: Path) -> None:
    session = begun()
    answers.take_text(session, entry("path"), str(rows(tmp_path, long=0, short=300)))
    plan = session.state.plan
    told = caution(session.state, session.situation.head, session.outside)
    answers.take_fields(session, {"num_epochs": 3}, "passes")
    assert heed(session, plan, told) is None
    assert offered(session) is None


def test_while_a_name_is_typed_nothing_is_set_but_it_is_offered(tmp_path: Path) -> None:
    session = begun()
    answers.take_text(session, entry("path"), str(rows(tmp_path, long=0, short=300)))
    plan = session.state.plan
    assert heed(session, plan, caution(session.state, session.situation.head, session.outside), sets=False) is None
    assert session.state.plan == plan
    assert offered(session) is not None


def test_images_that_a_text_model_does_not_see_are_told_before_the_file_is_written(tmp_path: Path) -> None:
    session = begun()
    row = {"messages": [
        {"role": "user", "content": [{"type": "image", "path": "a.png"}, {"type": "text", "text": "what is it?"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "a cat"}]},
    ]}  # fmt: skip
    path = tmp_path / "seen.jsonl"
    path.write_text((json.dumps(row) + "\n") * 9000, encoding="utf-8")
    answers.take_text(session, entry("path"), str(path))
    told = caution(session.state, session.situation.head, session.outside)
    assert f"mages of {path} are not seen: Qwen/Qwen3-8B reads text alone (step 2, `vision`, has others)" in told.says
    model, note = session.outside.model("Qwen/Qwen3-VL-4B-Instruct")
    answers.take_model(session, "Qwen/Qwen3-VL-4B-Instruct", model, note)
    assert "not seen" not in caution(session.state, session.situation.head, session.outside).says


def test_line_by_line_the_rounds_are_set_and_told(tmp_path: Path) -> None:
    _, person = talk(opening(), "step 5", str(rows(tmp_path, long=0, short=300)), "write", outside=Recorded())
    assert "Set for your data: gradient_accumulation_steps 1: " in " ".join(person.text.split())
