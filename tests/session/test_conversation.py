"""What a conversation does and tells, without a face."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.session.scripts import Noted
from wizard.domain.errors import InputError
from wizard.questions import steps
from wizard.questions.question import TypedQuestion
from wizard.session import answers, fixing
from wizard.session.conversation import Conversation
from wizard.session.draft import Draft
from wizard.session.filing import launch_ready, ready, write, write_beside
from wizard.session.opening import Opening
from wizard.session.results import (
    Changed,
    Fixed,
    FreeMoved,
    LaunchReady,
    MachineSeen,
    Nothing,
    PresetTaken,
    Refused,
    Resumed,
)
from wizard.session.writing import Pending, WrittenFile
from wizard.world.presets import preset

GIB = 2**30


def begun(target: Path | str = "axolotl.yml", name: str = "qlora-24gb", demo: str = "rtx-4090") -> Conversation:
    session = Conversation(Opening(preset(name).plan, None, name, str(target)), Noted(demo))
    assert session.machine_seen(session.outside.probe()) == MachineSeen()
    return session


def own(path: Path, text: str) -> Conversation:
    path.write_text(text, encoding="utf-8")
    outside = Noted("rtx-4090")
    plan, found = outside.opened(str(path))
    return Conversation(Opening(plan, outside.here, None, str(path), file=str(path), text=found), outside)


def entry(identity: str) -> TypedQuestion:
    found = next(question for _, question in steps.questions() if question.id == identity)
    assert isinstance(found, TypedQuestion)
    return found


def kept(session: Conversation) -> list[object]:
    assert isinstance(session.outside, Noted)
    return [None if one is None else one["step"] for one in session.outside.drafts_kept]


def keys(session: Conversation, identity: str, texts: Iterable[str], visit: str) -> None:
    for text in texts:
        answers.take_text(session, entry(identity), text, visit)


def test_nothing_is_left_behind_by_what_is_typed_on_the_way(tmp_path: Path) -> None:
    """`0` takes the evaluations out; they are as they were once it is `0.05`."""
    session = own(tmp_path / "a.yml", "base_model: Qwen/Qwen3-0.6B\nval_set_size: 0.1\nevals_per_epoch: 5\n")
    keys(session, "share", ("0", "0.", "0.0", "0.05"), "first")
    assert (session.state.plan["val_set_size"], session.state.plan["evals_per_epoch"]) == (0.05, 5)
    assert [one.says for one in session.past] == ["kept aside to evaluate: 0.05"]


def test_each_visit_to_a_box_is_a_change_of_its_own() -> None:
    session = begun()
    keys(session, "length", ("40", "4096"), "first")
    keys(session, "length", ("51", "512"), "second")
    session.undo()
    assert session.state.plan["sequence_len"] == 4096
    keys(session, "length", ("2048",), "third")
    keys(session, "length", ("4096",), "third")  # back to what it was
    assert len(session.past) == 1


def test_a_change_tells_what_came_along_and_what_was_before() -> None:
    session = begun()
    before = session.review
    done = answers.take_text(session, entry("micro"), "3")
    assert isinstance(done, Changed)
    assert (done.says, done.also) == ("rows on a GPU at once: 3", ("eval_batch_size",))
    assert (done.before, done.after) == (before, session.review)
    assert done.added_bytes is not None
    assert done.added_bytes > 0
    assert answers.take_text(session, entry("micro"), "3") == Nothing("the same")
    assert answers.take_text(session, entry("micro"), "x") == Refused("micro_batch_size takes a whole number")
    undone = session.undo()
    assert isinstance(undone, Changed)
    assert undone.says == done.says
    assert session.undo() == Nothing("nothing to undo")
    assert isinstance(session.redo(), Changed)
    assert session.redo() == Nothing("nothing to redo")


def test_what_is_said_of_the_data_comes_along() -> None:
    done = answers.take_text(begun(), entry("path"), "nothing-here.jsonl")
    assert isinstance(done, Changed)
    assert done.remark is not None
    assert not done.remark.take
    assert "There is no file nothing-here.jsonl here." in done.remark.says


def test_fixes_are_told_by_their_codes() -> None:
    session = begun(name="lora-24gb", demo="rtx-3060-12gb")
    done = fixing.fix(session)
    assert isinstance(done, Fixed)
    assert done.codes == ("MW901",)
    assert done.fix
    assert done.change.after is session.review
    assert fixing.fix(begun()) == Nothing("no fix")
    assert fixing.fix_all(begun()) == Nothing("no safe fix")


def test_a_preset_is_refused_where_a_file_is_open(tmp_path: Path) -> None:
    session = own(tmp_path / "a.yml", "base_model: Qwen/Qwen3-0.6B\n")
    done = answers.take_preset(session, preset("lora-24gb"))
    assert done == Refused(f"{tmp_path / 'a.yml'} is open")
    taken = answers.take_preset(begun(), preset("lora-24gb"))
    assert isinstance(taken, PresetTaken)
    assert taken.says == "Started from lora-24gb."


def test_the_draft_is_kept_at_each_change_and_step_and_dropped_when_all_is_undone() -> None:
    session = begun()
    session.go(steps.position("batch"))
    assert kept(session) == []  # nothing was changed
    answers.take_text(session, entry("length"), "4096")
    session.go(steps.position("data"))
    session.go(steps.position("data"))
    session.name_target("other.yml")
    assert kept(session) == [4, 5, 5]
    assert session.unwritten
    session.undo()
    session.keep()
    assert kept(session) == [4, 5, 5, None]
    assert not session.unwritten


def test_what_is_written_is_not_kept(tmp_path: Path) -> None:
    session = begun(tmp_path / "a.yml")
    answers.take_text(session, entry("length"), "4096")
    pending = ready(session)
    assert isinstance(pending, Pending)
    assert isinstance(write(session, pending), WrittenFile)
    assert kept(session) == [0, None]
    assert not session.unwritten
    answers.take_text(session, entry("length"), "512")
    session.undo()  # the file has this
    assert kept(session) == [0, None, 0, None]
    assert not session.unwritten


def test_a_draft_is_gone_on_with_or_everything_stays() -> None:
    session = begun()
    draft = Draft("2026-01-01T00:00:00+00:00", 3, "x.yml", "qlora-24gb", None, plan={"lora_r": 5})
    before = session.state
    assert isinstance(session.resume(replace(draft, preset="gone")), Refused)
    assert (session.state, session.step, session.target) == (before, 0, "axolotl.yml")
    assert isinstance(session.resume(draft), Resumed)
    assert (session.state.plan["lora_r"], session.step, session.target) == (5, 4, "x.yml")
    assert session.review.plan == session.state.plan
    assert session.unwritten
    assert not session.past


def test_free_memory_that_moves_is_told_once_it_is_worth_a_word() -> None:
    session = begun()
    machine = session.outside.probe()

    def seen(free: int) -> object:
        return session.machine_seen(replace(machine, gpus=(replace(machine.gpus[0], free_bytes=free),)))

    assert machine.free_bytes is not None
    assert seen(machine.free_bytes - (32 << 20)) is None
    moved = seen(3 * GIB)
    assert moved == FreeMoved(machine.free_bytes, 3 * GIB, "fits", "over")
    assert not session.past
    assert session.machine_seen(replace(machine, gpus=())) is None


def test_a_launch_takes_what_the_config_has_to_say_and_waits(tmp_path: Path) -> None:
    session = begun(tmp_path / "a.yml")
    done = launch_ready(session, "ray")
    assert isinstance(done, LaunchReady)
    assert isinstance(done.change, Changed)
    assert session.state.plan["use_ray"] is True
    assert list(tmp_path.iterdir()) == []
    (pending,) = done.pending
    assert isinstance(write_beside(session, pending), WrittenFile)
    assert (tmp_path / "a.ray.sh").read_text(encoding="utf-8") == pending.text
    assert session.unwritten
    assert isinstance(launch_ready(session, "slurm"), Refused)  # Ray starts it
    session.name_target("-")
    refused = launch_ready(session, "ray")
    assert isinstance(refused, Refused)
    assert "step 6" in refused.reason


def test_what_the_outside_refuses_is_a_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = begun(tmp_path)
    assert isinstance(ready(session), Refused)
    session.name_target(str(tmp_path / "a.yml"))
    pending = ready(session)
    assert isinstance(pending, Pending)

    def full(path: str, text: str) -> None:
        raise InputError("no space left", file=path)

    monkeypatch.setattr(session.outside, "write", full)
    assert write(session, pending) == Refused(f"{tmp_path / 'a.yml'}: no space left")
    assert isinstance(answers.name_machine(session, "no-such-gpu"), Refused)
