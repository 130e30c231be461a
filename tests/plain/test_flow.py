"""The whole dialogue, from the first question to the written file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.data.files import SOUND
from tests.plain.dialogues import Person, Recorded, opening, talk
from wizard.fit.kind import kind_changes
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.kinds import kinds
from wizard.output.yaml import document
from wizard.plain import run
from wizard.questions.batch import BATCH
from wizard.questions.method import METHOD
from wizard.questions.question import Choice, Question, Situation, Step
from wizard.questions.steps import STEPS, position
from wizard.review import review
from wizard.session.opening import first_state
from wizard.session.state import State
from wizard.world.presets import preset, shipped
from wizard.world.recorded import recorded

ENTERS = [""] * 60


def start_state(name: str = "qlora-24gb", demo: str = "rtx-4090") -> State:
    outside = Recorded(demo)
    return first_state(replace(opening(name), machine=outside.probe()), outside)


def heading(question: Question) -> str:
    return f"{question.title} ({question.field})"


def test_enter_alone_writes_what_the_wizard_opens_with(tmp_path: Path) -> None:
    target = tmp_path / "out.yml"
    outside = Recorded()
    outcome, _ = talk(opening(target=target), *ENTERS, outside=outside)
    state = start_state()
    expected = document(review(state.plan, state.model, state.machine))
    assert outcome is not None
    assert (outcome.path, outcome.text, outcome.code) == (str(target), expected, 0)
    assert outcome.review is not None
    assert outcome.review.plan == state.plan
    assert target.read_text() == expected
    assert yaml.safe_load(expected) == dict(state.plan.values)
    assert outside.forgotten == 1
    assert outside.kept == []  # nothing was changed


def test_answers_make_the_plan_that_the_screen_makes_of_them(tmp_path: Path) -> None:
    target = tmp_path / "out.yml"
    lines = [
        "a100-80gb",
        "",
        "HuggingFaceTB/SmolLM3-3B",
        "",
        "2",
        "64",
        "",
        "0.1",
        "",
        "",
        "step 5",
        "mine.jsonl",
        "write",
        "",
    ]
    outcome, _ = talk(opening(target=target), *lines)
    assert outcome is not None
    values = yaml.safe_load(target.read_text())
    assert values["base_model"] == "HuggingFaceTB/SmolLM3-3B"
    assert values["adapter"] == "lora"
    assert values["load_in_4bit"] is False
    assert values["lora_r"] == 64
    assert values["lora_dropout"] == 0.1
    assert values["datasets"][0]["path"] == "mine.jsonl"
    assert values["datasets"][0]["ds_type"] == "json"
    state = start_state()
    state = state.with_machine(named_machine("a100-80gb"))
    model, note = Recorded().model("HuggingFaceTB/SmolLM3-3B")
    assert model is not None
    state = state.with_model("HuggingFaceTB/SmolLM3-3B", model, note)
    typed = {"adapter": "2", "rank": "64", "dropout": "0.1", "path": "mine.jsonl"}
    for question in (one for step in STEPS for one in step.questions if one.id in typed):
        situation = Situation(state.plan, state.model, state.machine)
        if isinstance(question, Choice):
            changes = question.options(situation)[int(typed[question.id]) - 1].changes
        else:
            changes = question.write(typed[question.id], situation)
        state = state.with_fields(changes)
    assert values == dict(state.plan.values)


@pytest.mark.parametrize("name", ["qlora-24gb", "full-24gb", "dpo-qlora-24gb", "fsdp2-qlora-2x24gb"])
def test_every_question_that_applies_is_asked_in_its_order(name: str) -> None:
    _, person = talk(opening(name), *ENTERS[:40])
    state = start_state(name)
    situation = Situation(state.plan, state.model, state.machine)
    wanted, others = list[str](), list[str]()
    for step in STEPS:
        for question in (one for one in step.questions if not one.folded):
            applies = question.options(situation) if isinstance(question, Choice) else question.shown(situation)
            (wanted if applies else others).append(heading(question))
    places = [person.text.index(one) for one in wanted]
    assert places == sorted(places)
    assert not [one for one in others if one in person.text]
    there = [step for step in STEPS if step.shown(situation)]
    heads = [f"Step {number} of {len(there)}: {step.title}. {step.asks}" for number, step in enumerate(there, 1)]
    assert [line for line in person.said if line.startswith("Step ")] == heads


def test_all_presets_and_kinds_together_ask_every_question(tmp_path: Path) -> None:
    starts = [opening(one.name) for one in shipped()]
    first = starts[0]
    starts += [
        replace(first, plan=first.plan.changed(kind_changes(kind, first.plan, None))) for kind in kinds().values()
    ]
    vllm = first.plan.changed({"rl": "grpo", "trl": {"use_vllm": True, "vllm_mode": "colocate"}})
    starts += [replace(first, plan=vllm), replace(opening("full-80gb"), machine=named_machine("8xh100-80gb"))]
    mixture = preset("qlora-24gb").plan.changed({"base_model": "Qwen/Qwen3-30B-A3B"})
    starts.append(replace(first, plan=mixture, machine=named_machine("2xa100-80gb")))
    heard = "".join(talk(one, *ENTERS)[1].text for one in starts)
    two = ["step data", "a.jsonl, b.jsonl", "", "1", *ENTERS]  # both as conversations
    heard += talk(opening("qlora-24gb"), *two)[1].text
    tools = next(one for one in SOUND if one.name == "tools.jsonl")
    tools.put(tmp_path)
    heard += talk(opening("qlora-24gb"), "step data", str(tmp_path / tools.name), *ENTERS)[1].text
    asked = [one for step in STEPS for one in step.questions if not one.folded]
    silent = [question.id for question in asked if heading(question) not in heard]
    assert silent == [], "nothing makes it apply"


@pytest.mark.parametrize("step", [step for step in STEPS if step.folded], ids=lambda step: step.id)
def test_folded_questions_are_asked_where_more_is_asked_for(step: Step) -> None:
    folded = [one for one in step.questions if one.folded]
    where = f"step {step.id}"
    _, person = talk(opening(), where, "more", *ENTERS[: len(folded) - 1])
    places = [person.text.index(heading(question)) for question in folded]
    assert places == sorted(places)
    _, person = talk(opening(), where, *ENTERS[: len(step.questions)])
    assert not [question.id for question in folded if heading(question) in person.text]
    _, person = talk(opening(), "step 2", "more")
    assert "This step has no further questions" in person.text


def test_a_question_that_comes_to_apply_is_asked() -> None:
    rank = next(question for question in METHOD.questions if question.id == "rank")
    _, person = talk(opening("full-24gb"), "step 3", "", "", "")
    assert heading(rank) not in person.text
    _, person = talk(opening("full-24gb"), "step 3", "", "1", "")
    assert heading(rank) in person.text


def test_each_change_tells_fit_figures_and_what_is_new() -> None:
    _, person = talk(opening(), "step 4", "4096", "8")
    assert "Longest row, in tokens: 4096. Memory: fits. Likely" in person.text
    assert "of 22.9 GiB free, change +" in person.text
    assert "Low " in person.text
    assert "; worst at backward." in person.text
    assert "Evaluation alone has" in person.text
    assert "New error MW901: needs" in person.text
    assert "Type fix to take it." in person.text
    assert "Changed with it: eval_batch_size." in person.text


def test_options_have_prices_and_the_present_one_is_marked() -> None:
    _, person = talk(opening(), "step 3", "")
    assert "1) QLoRA (now): a small adapter" in person.text
    assert "4) Full fine-tune: every weight is trained: most memory, most change - over 55.0 GiB" in person.text
    assert person.prompts[-1] == "Number [1]: "


def test_an_answer_is_taken_by_its_label_too() -> None:
    _, person = talk(opening(), "step 3", "", "LoRA")
    assert "What is trained: LoRA." in person.said


def test_without_a_change_nothing_is_kept() -> None:
    outside = Recorded()
    talk(opening(), "step 3", "", "1", "32", "qlora", outside=outside)
    assert outside.kept == []


@pytest.mark.parametrize("answer", ["9", "0", "-1", "two", "1.5", "²", "99999999999999999999", "[red]", "=2"])
def test_a_wrong_answer_is_told_and_asked_again(answer: str) -> None:
    _, person = talk(opening(), "step 3", "", answer, "")
    assert person.prompts[3] == person.prompts[2] == "Number [1]: "
    assert "from 1 to 4" in person.text
    assert person.prompts[4].startswith("Adapter rank")


@pytest.mark.parametrize("answer", ["x", "0", "-3", "2.5", "9" * 5000, "\x00", "\ud800"])
def test_a_wrong_text_is_told_and_asked_again(answer: str) -> None:
    outside = Recorded()
    _, person = talk(opening(), "step 4", answer, "4096", outside=outside)
    assert "Not taken: sequence_len" in person.text
    assert person.prompts[1:3] == ["Longest row, in tokens (sequence_len) [2048]: "] * 2
    assert len(outside.kept) == 1


def test_every_text_that_the_entries_show_is_one_they_take() -> None:
    state = start_state()
    situation = Situation(state.plan, state.model, state.machine)
    for question in BATCH.questions:
        if not isinstance(question, Choice):
            assert question.write(question.read(state.plan), situation)


def test_the_end_of_the_input_and_the_interrupt_are_passed_on(tmp_path: Path) -> None:
    target = tmp_path / "out.yml"
    outside = Recorded()
    outcome, _ = talk(opening(target=target), "step 4", "4096", outside=outside)
    assert outcome is None
    assert not target.exists()
    assert len(outside.kept) == 1
    assert outside.forgotten == 0

    def stop(prompt: str) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(opening(), Recorded(), read=stop, say=Person([]).say)


def test_an_unknown_model_has_no_price_and_no_estimate() -> None:
    start = opening()
    start = replace(start, plan=start.plan.changed({"base_model": "no/such"}))
    _, person = talk(start, "", "", "", "3", "", "memory", "findings", "step 6")
    assert "no/such: " in person.text
    assert "No estimate: the model's shapes are not known." in person.text
    method = person.said[person.said.index("Step 3 of 6: Method. How will it be trained?") :]
    assert "4) Full fine-tune: every weight is trained: most memory, most change" in method


def test_everything_given_begins_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "a.yml"
    outcome, person = talk(replace(opening(target=target), start=position("review")), "")
    assert outcome is not None
    assert target.exists()
    assert len(person.prompts) == 1


def test_who_is_new_hears_every_word() -> None:
    _, person = talk(replace(opening(), first=True))
    assert "  fix all: takes every safe fix, and those that follow from them" in person.said
    _, person = talk(opening())
    assert "  fix all: takes every safe fix, and those that follow from them" not in person.said
    assert "fix all every safe one" in person.text


async def test_the_screen_writes_the_same_file(tmp_path: Path) -> None:
    from tests.ui.apps import change, wizard

    said, drawn = tmp_path / "said.yml", tmp_path / "drawn.yml"
    start = replace(opening(target=said), machine=recorded("rtx-4090"))
    talk(start, "step 3", "", "2", "64", "step 4", "4096", "write", "")
    app = wizard(target=drawn)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        state = app.wizard.session.state
        named = [one for one in METHOD.questions if one.id in ("adapter", "rank")]
        for question in (*named, BATCH.questions[0]):
            situation = Situation(state.plan, state.model, state.machine)
            if isinstance(question, Choice):
                changes = question.options(situation)[1].changes
            else:
                changes = question.write("64" if question.id == "rank" else "4096", situation)
            state = state.with_fields(changes)
        change(app, state, "several answers")
        await pilot.press("ctrl+s")
        await pilot.pause()
    assert drawn.read_text() == said.read_text()


def test_a_group_is_named_once_before_its_first_question(tmp_path: Path) -> None:
    _, person = talk(opening(target=tmp_path / "out.yml"), *ENTERS)
    said = person.text
    for step in (METHOD, BATCH):
        for group in step.seen:
            asked = [one for one in group.questions if heading(one) in said]
            assert said.count(f" {group.title}: ") == bool(asked), group.title
            if asked:
                assert said.index(f" {group.title}: ") < said.index(heading(asked[0]))
