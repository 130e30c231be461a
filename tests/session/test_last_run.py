"""What the last run died of stands on the question that it concerns, until that is answered or dismissed."""

from __future__ import annotations

import pytest

from tests.receipts import kept
from tests.session.scripts import Noted
from wizard.domain.estimate import Estimate
from wizard.session.answers import take_fields
from wizard.session.conversation import Conversation
from wizard.session.last_run import LastRun, digest_of
from wizard.session.opening import Opening
from wizard.world.presets import preset


def begun(**changes: object) -> Conversation:
    outside = Noted("rtx-4090")
    found = Conversation(Opening(preset("qlora-24gb").plan.changed(changes), None, "qlora-24gb", "a.yml"), outside)
    found.machine_seen(outside.here)
    return found


def place(run: LastRun | None) -> tuple[str, str | None]:
    assert run is not None
    return run.at.step.id, run.at.question.id if run.at.question is not None else None


@pytest.mark.parametrize(
    ("cause", "at"),
    [
        ("load", ("method", "adapter")),
        ("longest_row", ("batch", "length")),
        ("first_optimizer_step", ("batch", "optimizer")),
        ("evaluation", ("data", "share")),
        ("save", ("review", "saves")),
        ("disk", ("review", "keeps")),
        ("other_process", ("machine", None)),
        ("host_memory", ("machine", None)),
        ("leak", ("review", None)),
        ("not_memory", ("review", None)),
        ("unknown", ("review", None)),
        (None, ("review", None)),
        ("<no cause>", ("review", None)),
    ],
)
def test_each_cause_has_its_place(cause: str | None, at: tuple[str, str | None]) -> None:
    kept(cause=cause)
    assert place(begun().last_run) == at


@pytest.mark.parametrize(("rows", "question"), [(1, "length"), (4, "micro")])
def test_where_one_row_is_the_least_a_run_that_was_too_big_concerns_the_length(rows: int, question: str) -> None:
    kept(cause="too_big")
    assert place(begun(micro_batch_size=rows).last_run) == ("batch", question)


def test_it_is_said_as_check_says_it() -> None:
    session = begun()
    kept(digest=digest_of(session.review), cause="evaluation")
    run = begun().last_run
    assert run is not None
    assert isinstance(session.review.estimate, Estimate)
    start = "the last run with these settings (2026-11-29) died at step 12: out of GPU memory in the evaluation"
    assert run.says.startswith(f"{start}; PyTorch had 12.0 GiB at the most where ")
    assert run.short == "the last run died at step 12: out of GPU memory in the evaluation (2026-11-29)"


def test_the_latest_with_these_settings_counts_before_a_later_one_with_others() -> None:
    digest = digest_of(begun().review)
    kept(digest=digest, cause="save")
    kept(cause="disk", begun="2026-11-30T10:14:03Z")
    assert place(begun().last_run) == ("review", "saves")


@pytest.mark.parametrize("code", [0, None, 130, 143])
def test_nothing_is_said_of_one_that_did_not_die(code: int | None) -> None:
    kept(cause="evaluation")
    kept(code=code)
    assert begun().last_run is None


def test_nor_of_another_model() -> None:
    kept(model="other/model")
    assert begun().last_run is None


def test_an_answer_to_its_question_settles_it_and_undo_brings_it_back() -> None:
    kept(cause="evaluation")
    session = begun()
    heard = [session.last_run is not None]
    for field, value in (("learning_rate", 0.001), ("val_set_size", 0)):
        take_fields(session, {field: value}, field)
        heard.append(session.last_run is not None)
    session.undo()
    assert [*heard, session.last_run is not None] == [True, True, False, True]


def test_it_can_be_dismissed() -> None:
    kept(cause="evaluation")
    session = begun()
    assert [session.dismiss_last_run(), session.dismiss_last_run()] == [True, False]
    assert session.last_run is None


def test_a_hostile_receipt_steers_nothing() -> None:
    kept(cause="\x1b[2J", begun="\x1b]0;x\x07[red]2026", steps=None)
    run = begun().last_run
    assert run is not None
    assert run.says.startswith("the last run of Qwen/Qwen3-8B, with other settings died: exit code 1; ")
    assert run.short == "the last run died: exit code 1 (with other settings)"
