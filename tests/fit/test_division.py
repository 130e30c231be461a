"""Divisions of the work over several GPUs: each is read as what was written, and they go before rounding the base."""

from __future__ import annotations

import pytest

from wizard.axolotl import fsdp
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.fit.division import division_changes, division_of, divisions, takes
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.review import acceptance, review
from wizard.session.fixes import prefer_same_training
from wizard.session.proposals import fitting
from wizard.session.state import started
from wizard.world.presets import preset

STARTS = ("full-80gb", "lora-80gb", "qlora-24gb", "zero3-full-8x80gb", "fsdp2-qlora-2x24gb", "dpo-qlora-24gb")
OVER = [
    ("meta-llama/Llama-3.1-8B", "8xh100-80gb", "full-80gb", {"sequence_len": 32768}),
    ("meta-llama/Llama-3.1-70B", "8xh100-80gb", "full-80gb", {}),
    ("meta-llama/Llama-3.1-70B", "8xh100-80gb", "lora-80gb", {}),
    ("meta-llama/Llama-3.1-8B", "2xrtx-4090", "full-24gb", {}),
    ("meta-llama/Llama-3.1-8B", "2xrtx-4090", "lora-24gb", {"sequence_len": 4096}),
]
"""Runs of several GPUs that do not fit as they are."""


def _own(name: str, gpu: str, start: str, changes: dict[str, object]) -> tuple[Plan, Model, Machine]:
    return preset(start).plan.changed({"base_model": name, **changes}), built(name), named_machine(gpu)


@pytest.mark.parametrize("start", STARTS)
def test_a_division_is_read_as_it_was_written(start: str) -> None:
    plan, model, machine = _own("Qwen/Qwen3-8B", "8xh100-80gb", start, {})
    for one in divisions(plan, model, machine.count):
        then = plan.changed(division_changes(one, plan, model))
        assert division_of(then) == one.name
        for other in divisions(then, model, machine.count):
            assert division_of(then.changed(division_changes(other, then, model))) == other.name


def test_checkpointing_is_kept_whatever_the_division() -> None:
    for checkpoints in (True, False):
        plan, model, machine = _own(
            "Qwen/Qwen3-8B", "8xh100-80gb", "full-80gb", {"gradient_checkpointing": checkpoints}
        )
        named = {one.name: one for one in divisions(plan, model, machine.count)}
        there = plan.changed(division_changes(named["fsdp2"], plan, model))
        assert "gradient_checkpointing" not in there
        assert fsdp.setting(there, "activation_checkpointing") is checkpoints
        back = there.changed(division_changes(named["zero1"], there, model))
        assert back["gradient_checkpointing"] is checkpoints


def test_what_is_not_known_stays_unnamed() -> None:
    plan, _, _ = _own("Qwen/Qwen3-8B", "8xh100-80gb", "full-80gb", {})
    for changes in ({"deepspeed": "mine.json"}, {"tensor_parallel_size": 2}, {"context_parallel_size": 2}):
        assert division_of(plan.changed(changes)) is None


@pytest.mark.parametrize("case", OVER)
def test_work_is_divided_before_the_base_is_rounded(case: tuple[str, str, str, dict[str, object]]) -> None:
    plan, model, machine = _own(*case)
    found = review(plan, model, machine)
    assert found.fit == "over"
    rungs = found.changes()
    divided = [place for place, change in enumerate(rungs) if change.divides]
    rounded = [
        place for place, change in enumerate(rungs) if not {"adapter", "load_in_4bit"}.isdisjoint(change.changes)
    ]
    assert divided
    assert max(divided) < min(rounded)
    for judged in (found, prefer_same_training(found)):
        (over,) = [one for one in judged.findings if one.code == "MW901"]
        assert over.fix is not None
        assert {"adapter", "load_in_4bit"}.isdisjoint(over.fix.changes)
        then = review(plan.changed(over.fix.changes), model, machine)
        assert then.fit in ("fits", "tight")


@pytest.mark.parametrize("case", OVER)
def test_a_division_is_taken_by_axolotl_as_well(case: tuple[str, str, str, dict[str, object]]) -> None:
    plan, model, machine = _own(*case)
    runs = acceptance(plan, model, machine)
    for change in review(plan, model, machine).changes():
        assert runs(plan.changed(change.changes))


@pytest.mark.parametrize(("start", "gpus"), [("full-80gb", "8xh200"), ("lora-80gb", "8xh100-80gb")])
def test_the_best_keeps_the_method_where_a_division_makes_it_fit(start: str, gpus: str) -> None:
    plan, model, machine = _own("meta-llama/Llama-3.1-70B", gpus, start, {})
    found = fitting(started(plan, machine, model, None, None, "mine.yml"), "quality")
    assert found is not None
    assert found.found is not None
    assert found.found.choice.method.name == start.partition("-")[0]
    assert found.found.choice.sharding.name != "ddp"


def test_fsdp_of_the_whole_model_divides_gradients_after_each_micro_batch() -> None:
    """Else all of them wait whole on every GPU for a step's last one; what the person wrote beside it stays."""
    written: dict[str, object] = {"accelerator_config": {"split_batches": True}}
    plan, model, machine = _own("Qwen/Qwen3-8B", "8xh100-80gb", "full-80gb", written)
    one = next(one for one in divisions(plan, model, machine.count) if one.name == "fsdp2")
    changes = division_changes(one, plan, model)
    steps = {"sync_each_batch": True}
    assert changes["accelerator_config"] == {"split_batches": True, "gradient_accumulation_kwargs": steps}
    lora, model, machine = _own("Qwen/Qwen3-8B", "8xh100-80gb", "lora-80gb", {})
    assert "accelerator_config" not in division_changes(one, lora, model)


def test_8_bits_are_not_looked_for_where_deepspeed_steps_with_an_adam_of_its_own() -> None:
    plan, model, machine = _own("Qwen/Qwen3-8B", "8xh100-80gb", "full-80gb", {})
    rounded = ("adamw_bnb_8bit", "paged_adamw_8bit")
    told = {}
    for one in divisions(plan, model, machine.count):
        if one.name.startswith("fsdp2"):
            continue
        then = plan.changed({**division_changes(one, plan, model), "optimizer": rounded[0]})
        replaced = any(finding.code == "MW980" for finding in review(then, model, machine).findings)
        told[one.name] = replaced
        assert all(takes(one.name, name) != replaced for name in rounded)
        assert takes(one.name, "adamw_torch_fused")
    assert set(told.values()) == {True, False}
