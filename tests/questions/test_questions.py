"""The questions as values: what a new one needs beside its own lines is told here."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import product

import pytest

from tests.builders import FULL, LORA, QLORA, machine, model, plan
from wizard.domain.errors import InputError
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.fields import find
from wizard.knowledge.axolotl.versions import newest
from wizard.knowledge.layout import place
from wizard.questions.question import Choice, Question, Situation, Step
from wizard.questions.steps import STEPS, asked_fields, changed_fields

QUESTIONS = [question for step in STEPS for question in step.questions]
EACH = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
MORE: tuple[dict[str, object], ...] = ({}, {"rl": "dpo"}, {"val_set_size": 0.1, "eval_batch_size": 1})
TYPED = ("0", "1", "0.5", "32", "rows.jsonl", "owner/name")


def plans() -> Iterator[Plan]:
    for base, more in product((FULL, LORA, QLORA), MORE):
        yield plan(base, **more)
    yield Plan({})


def situations() -> Iterator[Situation]:
    for one, gpu in product(plans(), ("t4", "h100-80gb", None)):
        yield Situation(one, model(), machine(gpu) if gpu else None)


def changes(question: Question, situation: Situation) -> Iterator[list[str]]:
    """The fields that each answer changes, in their order."""
    if isinstance(question, Choice):
        yield from (list(option.changes) for option in question.options(situation))
        return
    for text in (question.read(situation.plan), *TYPED):
        with contextlib.suppress(InputError):
            yield list(question.write(text, situation))


def test_no_question_has_the_name_of_another() -> None:
    names = [question.id for question in QUESTIONS]
    assert [name for name in names if names.count(name) > 1] == []


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_questions_stand_in_groups_that_are_folded_as_a_whole(step: Step) -> None:
    titles = [group.title for group in step.groups]
    assert len({*titles}) == len(titles)
    for group in step.groups:
        assert group.title[:1].isupper()
        assert group.title.isascii()
        assert {one.folded for one in group.questions} == {group.folded}
    assert (*step.seen, *step.folded) == step.groups


@EACH
def test_it_asks_for_a_field_of_axolotl_that_has_its_place_in_a_file(question: Question) -> None:
    top = question.field.partition(".")[0]
    assert find(top, newest()) is not None, f"Axolotl knows no {top}"
    assert place(top), f"give {top} a place in wizard/knowledge/layout.toml, for written files to have it in order"


@EACH
def test_it_says_what_it_is_in_words(question: Question) -> None:
    assert question.title[:1].isupper()
    assert question.help.endswith("."), "a sentence ends with a full stop"


@EACH
def test_what_its_answers_change_is_known(question: Question) -> None:
    """A person with their own file is told which of its keys an answer may change."""
    for situation in situations():
        told = changed_fields(situation)
        for fields in changes(question, situation):
            assert set(fields) <= told, f"say `also={tuple(sorted(set(fields) - told))}` in the question {question.id}"
            assert fields[0] == question.field.partition(".")[0], "its own field comes first: others change along"


@EACH
def test_what_it_offers_now_is_an_answer_or_none(question: Question) -> None:
    for situation in situations():
        if isinstance(question, Choice):
            now, options = question.current(situation), question.options(situation)
            assert now is None or 0 <= now < len(options)
        elif question.shown(situation):
            assert isinstance(question.read(situation.plan), str)


def test_an_answer_is_told_even_where_its_question_asks_for_another_field() -> None:
    now = Situation(plan(QLORA), model(), machine("h100-80gb"))
    beside = changed_fields(now) - asked_fields()
    assert {"load_in_4bit", "fp8", "lora_mlp_kernel", "eval_batch_size", "gradient_checkpointing_kwargs"} <= beside
    assert "wandb_name" not in changed_fields(now)


@pytest.mark.parametrize(("typed", "more", "taken"), [("1", {}, False), ("2", {}, True), ("100", {"rl": "dpo"}, False)])
def test_rows_kept_aside_are_a_number_that_axolotl_takes_for_one(
    typed: str, more: dict[str, object], taken: bool
) -> None:
    question = next(one for one in QUESTIONS if one.id == "share")
    assert not isinstance(question, Choice)
    asked = Situation(plan(QLORA, **more), model(), machine("rtx-4090"))
    with contextlib.nullcontext() if taken else pytest.raises(InputError):
        question.write(typed, asked)


@pytest.mark.parametrize(("file", "own"), [("zero3_bf16_cpuoffload_all.json", True), ("zero3_bf16.json", False)])
def test_where_deepspeed_steps_by_itself_no_optimizer_is_told_to_do_it(file: str, own: bool) -> None:
    question = next(one for step in STEPS for one in step.questions if one.id == "optimizer")
    assert isinstance(question, Choice)
    now = Situation(plan(FULL, deepspeed=f"deepspeed_configs/{file}"), model(), machine("h100-80gb"))
    named = [one.about for one in question.options(now) if one.label.startswith(("adamw", "paged", "adafactor"))]
    assert named
    assert all(("DeepSpeed's own Adam" in one) is own for one in named)
