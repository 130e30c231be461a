"""The step of several GPUs: it arises with them, its answers are priced, and those that stop the run are closed."""

from __future__ import annotations

import pytest

from wizard.axolotl import mesh
from wizard.fit.division import division_of
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.questions import steps
from wizard.questions.division import DIVISION
from wizard.questions.prices import price
from wizard.questions.question import Choice
from wizard.questions.taking import taken
from wizard.review import review, stopping
from wizard.session.state import State, started
from wizard.world.presets import preset

CHOICES: dict[str, Choice] = {one.id: one for one in DIVISION.questions if isinstance(one, Choice)}
MIXTURE = "Qwen/Qwen3-30B-A3B"


def state(gpu: str, name: str = "meta-llama/Llama-3.1-8B", start: str = "full-80gb", **changes: object) -> State:
    plan = preset(start).plan.changed({"base_model": name, **changes})
    return started(plan, named_machine(gpu), built(name), None, start)


def answer(at: State, question: str, label: str) -> State:
    (option,) = [one for one in CHOICES[question].options(at.situation) if one.label == label]
    comes = taken(option.changes, at.situation, review(at.plan, at.model, at.machine).findings)
    assert not comes.closed, comes.closed
    return at.with_fields(comes.changes)


def test_it_arises_with_several_gpus_alone_and_steps_are_counted_without_it() -> None:
    there = steps.position("division")
    assert there in steps.shown(state("8xh100-80gb").situation)
    assert there not in steps.shown(state("h100-80gb").situation)
    assert all(not one.options(state("h100-80gb").situation) for one in CHOICES.values())
    assert steps.where("review", steps.shown(state("h100-80gb").situation)) == "step 6"
    assert steps.where("review", steps.shown(state("8xh100-80gb").situation)) == "step 7"


@pytest.mark.parametrize("start", ["full-80gb", "lora-80gb", "qlora-24gb", "dpo-qlora-24gb"])
@pytest.mark.parametrize("gpu", ["8xh100-80gb", "2xrtx-4090"])
def test_every_answer_is_closed_or_leaves_a_plan_that_runs(start: str, gpu: str) -> None:
    at = state(gpu, start=start)
    found = review(at.plan, at.model, at.machine)
    opened = 0
    for question in CHOICES.values():
        for place, option in enumerate(question.options(at.situation)):
            comes = taken(option.changes, at.situation, found.findings)
            if comes.closed:
                continue
            then = at.with_fields(comes.changes)
            judged = review(then.plan, then.model, then.machine)
            assert not stopping(judged.findings), (option.label, [one.message for one in stopping(judged.findings)])
            assert question.current(then.situation) == place
            assert price(then.plan, found)[1] is not None
            opened += 1
    assert opened > 5


def test_a_full_fine_tune_over_eight_gpus_is_made_to_fit_by_dividing_alone() -> None:
    at = state("8xh100-80gb", "meta-llama/Llama-3.1-70B")
    then = answer(at, "division", "FSDP2, all in host memory")
    assert division_of(then.plan) == "fsdp2_offload"
    assert review(then.plan, then.model, then.machine).fit == "fits"
    assert then.plan.get("adapter") is None


def test_rows_stay_divided_from_one_division_to_another_that_can() -> None:
    at = answer(answer(state("8xh100-80gb"), "division", "All divided (FSDP2)"), "context", "over 4 GPUs")
    assert mesh.context_parallel_size(answer(at, "division", "FSDP2, all in host memory").plan) == 4
    back = answer(at, "division", "Each holds the whole model (DDP)")
    assert mesh.context_parallel_size(back.plan) == 0


def test_experts_come_with_their_plugin_and_fill_the_gpus() -> None:
    at = answer(state("8xh100-80gb", MIXTURE), "division", "All divided (FSDP2)")
    then = answer(at, "experts", "over 4 GPUs")
    assert mesh.expert_parallel_size(then.plan) == 4
    assert mesh.dp_shard_size(then.plan) == 2
    assert not [one for one in review(then.plan, then.model, then.machine).findings if one.code in ("MW627", "MW628")]
    whole = answer(then, "experts", "all on each")
    assert whole.plan == at.plan
    assert not CHOICES["experts"].options(state("8xh100-80gb").situation)


def test_tensors_of_an_adapter_are_closed_with_the_reason() -> None:
    at = state("8xh100-80gb", start="lora-80gb")
    found = review(at.plan, at.model, at.machine).findings
    (two,) = [one for one in CHOICES["tensor"].options(at.situation) if one.label == "over 2 GPUs"]
    assert taken(two.changes, at.situation, found).closed
