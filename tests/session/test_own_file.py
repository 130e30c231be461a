"""What is told of a person's own file: what the wizard asks about, and what it leaves alone."""

from __future__ import annotations

from tests.builders import QLORA, machine, model, plan
from wizard.domain.plan import Plan
from wizard.questions.steps import STEPS
from wizard.session.own_file import asked, understood
from wizard.session.state import State, started


def own(**other: object) -> State:
    return started(plan(QLORA, **other), machine("rtx-4090"), model(), None, None, "mine.yml")


def test_every_question_is_about_a_known_key() -> None:
    for step in STEPS:
        for question in step.questions:
            key = question.field.partition(".")[0]
            assert asked(own(**{key: 1}))[0].count(key) == 1


def test_keys_are_told_in_the_files_order_each_once() -> None:
    state = own(wandb_name="x", fp8=False, wandb_entity="y")
    ours, others = asked(state)
    assert others[-2:] == ["wandb_name", "wandb_entity"]
    assert "fp8" in ours, "an answer on precision changes it"
    assert sorted([*ours, *others]) == sorted(state.plan)
    assert [key for key in state.plan if key in ours] == ours


def test_a_few_others_are_named_and_many_are_cut_short() -> None:
    few = started(Plan({"base_model": "x", "a": 1, "b": 2}), machine("rtx-4090"), None, None, None, "mine.yml")
    assert understood(few).startswith("mine.yml: ")
    assert "1 of its 3 keys" in understood(few)
    assert understood(few).endswith(" The other 2 stay as they are unless an answer or a fix changes them: a, b.")
    many = few.with_fields({f"x{number}": 1 for number in range(5)})
    assert "The other 7 stay" in understood(many)
    assert understood(many).endswith(": a, b, x0, x1, x2, x3, ….")


def test_nothing_is_told_of_others_where_there_are_none() -> None:
    state = started(Plan({"base_model": "x"}), machine("rtx-4090"), None, None, None, "mine.yml")
    assert "1 of its 1 keys" in understood(state)
    assert "other" not in understood(state)


def test_a_preset_is_not_told_about() -> None:
    assert understood(started(plan(QLORA), machine("rtx-4090"), model(), None, "mine")) == ""
