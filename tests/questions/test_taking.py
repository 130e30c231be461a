"""An answer that would stop the run is closed, or what depends on it moves along."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.runs.first import FIRST
from tests.builders import FULL, QLORA, machine, model, plan
from tests.session.scripts import Noted, Script
from wizard.axolotl.template_choice import for_model
from wizard.domain.finding import Finding
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.fit.adapt import adapt
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.questions import steps
from wizard.questions.question import Choice, Option, Situation, TypedQuestion
from wizard.questions.taking import taken
from wizard.review import review, stopping, stops
from wizard.session import answers
from wizard.session.conversation import Conversation
from wizard.session.results import Changed, Refused
from wizard.world.presets import preset, shipped

CUT = {"cut_cross_entropy": True, "plugins": ["axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"]}


def offered(question: str, situation: Situation) -> dict[str, Option]:
    choice = next(one for _, one in steps.questions() if one.id == question)
    assert isinstance(choice, Choice)
    return {option.label: option for option in choice.options(situation)}


def situation(chosen: Plan, gpu: str = "h100-80gb", of: Model | None = None) -> Situation:
    return Situation(chosen, of or model(), named_machine(gpu))


def closed(question: str, label: str, where: Situation) -> str:
    return taken(offered(question, where)[label].changes, where, as_it_is(where)).closed


def as_it_is(where: Situation) -> tuple[Finding, ...]:
    return stops(where.plan, where.model, where.machine)


def test_fp16_is_closed_for_a_full_fine_tune_with_what_it_dies_of() -> None:
    assert "Attempting to unscale FP16 gradients" in closed("precision", "fp16", situation(plan(FULL)))
    assert closed("precision", "fp16", situation(plan(QLORA))) == ""


def test_the_precision_moves_along_with_a_full_fine_tune() -> None:
    where = situation(plan(QLORA, bf16=False, fp16=True), "t4")
    comes = taken(offered("adapter", where)["Full fine-tune"].changes, where, as_it_is(where))
    assert comes.closed == ""
    assert (comes.changes["bf16"], comes.changes["fp16"]) == (False, False)


def test_a_fix_never_undoes_the_answer() -> None:
    sharded = {"fsdp_version": 2, "fsdp_config": {"reshard_after_forward": True}}
    where = situation(plan(FULL, optimizer="adamw_torch_fused", **sharded))
    assert "adamw_torch_8bit" in offered("optimizer", where)
    assert "names adamw_torch_8bit" in taken({"optimizer": "adamw_bnb_8bit"}, where, as_it_is(where)).closed


def test_what_stops_a_run_already_closes_nothing() -> None:
    where = situation(plan(FULL, bf16=False, fp16=True))
    found = review(where.plan, where.model, where.machine).findings
    assert taken({"learning_rate": 1e-5}, where, found).closed == ""


def test_fp32_takes_the_cut_loss_away() -> None:
    where = situation(plan(FULL, **CUT))
    comes = taken(offered("precision", where)["fp32"].changes, where, as_it_is(where))
    assert comes.closed == ""
    assert not where.plan.changed(comes.changes).get("cut_cross_entropy")
    other = adapt(plan(FULL, **CUT), model(), machine("t4"))
    assert not other.get("cut_cross_entropy")


def test_all_linear_layers_are_those_that_the_architecture_can_have() -> None:
    of = built(FIRST["qwen2_5_vl"])
    where = situation(adapt(plan(QLORA, base_model=FIRST["qwen2_5_vl"]), of, machine("h100-80gb")), of=of)
    assert closed("targets", "all linear layers", where) == ""


def test_quantized_experts_are_closed_where_they_could_not_be_saved() -> None:
    of = built(FIRST["qwen3_moe"])
    start = preset("dpo-qlora-24gb").plan.changed({"base_model": FIRST["qwen3_moe"]})
    where = situation(adapt(start, of, named_machine("h100-80gb")), of=of)
    assert "ends in an error" in closed("adapter", "QLoRA", where)


def test_an_answer_that_would_stop_the_run_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    begun = Script("full-24gb", "rtx-4090", own=False)
    session = Conversation(begun.opening(tmp_path / "axolotl.yml"), Noted("rtx-4090"))
    before = session.state
    done = answers.take_fields(session, {"bf16": False, "fp16": True}, "precision: fp16")
    assert isinstance(done, Refused)
    assert "unscale" in done.reason
    assert session.state is before


def test_what_moves_along_is_told_and_undone_with_the_answer(tmp_path: Path) -> None:
    session = Conversation(Script("qlora-24gb", "rtx-4090", own=False).opening(tmp_path / "a.yml"), Noted("rtx-4090"))
    answers.take_fields(session, {"bf16": False, "fp16": True}, "precision: fp16")
    before = session.state.plan
    full = offered("adapter", session.situation)["Full fine-tune"]
    done = answers.take_fields(session, full.changes, "what is trained: full")
    assert isinstance(done, Changed)
    assert "fp16" in done.also  # bf16 is off already
    assert session.state.plan.get("fp16") is False
    session.undo()
    assert session.state.plan == before


@pytest.mark.parametrize("name", [one.name for one in shipped()])
def test_a_preset_runs_on_every_architecture_but_where_nothing_can_be_changed(name: str) -> None:
    one = preset(name)
    gpu = named_machine(str(one.gpu))
    told = {}
    for kind, first in FIRST.items():
        of = built(first)
        judged = review(adapt(for_model(one.plan, first), of, gpu), of, gpu)
        if stopping(judged.findings):
            told[kind] = [found.code for found in stopping(judged.findings)]
    preference = name in ("dpo-qlora-24gb", "grpo-lora-80gb", "dpo-full-8x80gb")
    known = {"llama4": ["MW925"]} if preference else {"gpt_oss": ["MW644"]} if name.startswith("context") else {}
    assert told == known


def test_a_preset_is_not_taken_for_a_model_that_it_would_stop_on(tmp_path: Path) -> None:
    session = Conversation(Script("qlora-24gb", "rtx-4090", own=False).opening(tmp_path / "a.yml"), Noted("rtx-4090"))
    name = FIRST["llama4"]
    answers.take_model(session, name, *session.outside.model(name))
    done = answers.take_preset(session, preset("dpo-qlora-24gb"))
    assert isinstance(done, Refused)
    assert "router" in done.reason
    assert session.state.preset == "qlora-24gb"


def test_a_model_is_not_taken_where_the_training_would_stop_on_it(tmp_path: Path) -> None:
    opening = Script("dpo-qlora-24gb", "rtx-4090", own=False).opening(tmp_path / "a.yml")
    session = Conversation(opening, Noted("rtx-4090"))
    before, name = session.state, FIRST["llama4"]
    done = answers.take_model(session, name, *session.outside.model(name))
    assert isinstance(done, Refused)
    assert session.state is before


def test_a_number_of_rows_becomes_a_share_with_a_preset_that_takes_no_other(tmp_path: Path) -> None:
    session = Conversation(Script("qlora-24gb", "rtx-4090", own=False).opening(tmp_path / "a.yml"), Noted("rtx-4090"))
    answers.take_fields(session, {"val_set_size": 64}, "kept aside: 64")
    answers.take_preset(session, preset("dpo-qlora-24gb"))
    assert session.state.plan.get("val_set_size") == 0.05


def test_a_typed_answer_that_would_stop_the_run_is_refused_too(tmp_path: Path) -> None:
    opening = Script("dpo-qlora-24gb", "rtx-4090", own=False).opening(tmp_path / "a.yml")
    session = Conversation(opening, Noted("rtx-4090"))
    answers.take_model(session, FIRST["glm4_moe_lite"], *session.outside.model(FIRST["glm4_moe_lite"]))
    dropout = next(one for _, one in steps.questions() if one.id == "dropout")
    assert isinstance(dropout, TypedQuestion)
    done = answers.take_text(session, dropout, "0.05")
    assert isinstance(done, Refused)
    assert "lora_dropout" in done.reason
