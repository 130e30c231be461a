"""What kind of training: each kind sets what it needs, runs, and gives back what it took away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.data.files import lines, rows
from wizard.axolotl import packing
from wizard.axolotl.dataset_types import answer, loader
from wizard.axolotl.kinds import kind_of
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.dataset_types import dataset_types
from wizard.knowledge.axolotl.fields import find
from wizard.knowledge.axolotl.versions import known
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.kinds import kinds, own_fields, samples
from wizard.knowledge.models.catalogue import built
from wizard.questions.data import DATA
from wizard.questions.kind import KIND, OF_KIND
from wizard.questions.question import Choice, TypedQuestion
from wizard.questions.rows import first_dataset
from wizard.questions.taking import Taken, taken
from wizard.review import review, stopping
from wizard.session.state import State, started
from wizard.world.presets import preset, shipped
from wizard.world.rowhead import head

KINDS = list(kinds())
STARTS = ("qlora-24gb", "full-80gb", "dpo-qlora-24gb")
MODELS = ("Qwen/Qwen3-8B", "meta-llama/Llama-3.1-8B", "Qwen/Qwen3-30B-A3B")
OF = {question.id: question for question in OF_KIND}


def state(start: str = "qlora-24gb", name: str = MODELS[0], gpu: str = "h100-80gb", **changes: object) -> State:
    plan = preset(start).plan.changed({"base_model": name, **changes})
    return started(plan, named_machine(gpu), built(name), None, start)


def answered(before: State, kind: str) -> Taken:
    situation = before.situation
    (option,) = [one for one in KIND.options(situation) if one.label == kinds()[kind].label]
    return taken(option.changes, situation, review(before.plan, before.model, before.machine).findings)


def switched(before: State, kind: str) -> State:
    comes = answered(before, kind)
    assert not comes.closed, comes.closed
    return before.with_fields(comes.changes)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_runs_and_gives_back_what_was_there(kind: str, start: str, name: str) -> None:
    before = state(start, name)
    after = switched(before, kind)
    assert kind_of(after.plan) == kind
    assert KIND.current(after.situation) == KINDS.index(kind)
    found = review(after.plan, after.model, after.machine).findings
    assert not stopping(found), [one.message for one in stopping(found)]
    assert switched(after, kind_of(before.plan)).plan == before.plan


def test_what_was_changed_meanwhile_stays() -> None:
    before = state()
    there = switched(before, "dpo").with_fields({"micro_batch_size": 4, "adapter": "lora", "load_in_4bit": False})
    back = switched(switched(there, "kto"), "sft")
    assert back.plan.get("micro_batch_size") == 4
    assert back.plan.get("adapter") == "lora"
    assert back.plan.get("learning_rate") == before.plan.get("learning_rate")
    assert back.plan.get("datasets") == before.plan.get("datasets")
    assert packing.sample_packing(back.plan)


def test_another_preset_forgets_what_was_laid_aside() -> None:
    there = switched(state(), "dpo")
    assert there.aside
    assert not there.with_preset(preset("lora-24gb"), there.model, None).aside


def test_what_a_kind_may_not_have_goes() -> None:
    plan = switched(state(val_set_size=200, activation_offloading=True), "dpo").plan
    assert not packing.sample_packing(plan)
    assert plan.get("val_set_size") == 0.05
    assert "activation_offloading" not in plan
    assert not plan.get("lora_mlp_kernel")
    assert "warmup_ratio" not in switched(state(), "simpo").plan
    assert switched(state("full-80gb"), "kto").plan.get("micro_batch_size") == 2


def test_a_persons_own_rows_stay_and_public_ones_give_way() -> None:
    own = state(datasets=[{"path": "mine.jsonl", "ds_type": "json", "type": "alpaca", "field_input": "more"}])
    assert first_dataset(switched(own, "orpo").plan) == {
        "path": "mine.jsonl",
        "ds_type": "json",
        "type": "chat_template.argilla",
    }
    assert first_dataset(switched(state(), "orpo").plan) == dict(kinds()["orpo"].data)


def test_the_slice_of_a_public_set_is_not_taken_of_a_persons_own_file() -> None:
    """A tenth of DeepMath is much, a tenth of a person's own rows is a step or two, and nobody asked for it."""
    public = {"path": "owner/large", "name": "main", "split": "train[:10%]", "revision": "v1", "type": "completion"}
    before = state(datasets=[{**public, "shards": 4, "weight": 2}])
    paths = next(one for one in DATA.questions if one.id == "path")
    assert isinstance(paths, TypedQuestion)
    written = paths.write("mine.jsonl", before.situation)
    assert written["datasets"] == [{"path": "mine.jsonl", "ds_type": "json", "type": "completion", "weight": 2}]


@pytest.mark.parametrize("version", known(), ids=str)
def test_every_form_is_one_that_the_loader_has(version: object) -> None:
    for name, kind in kinds().items():
        plan = Plan(dict(kind.sets)).for_axolotl(version)  # type: ignore[arg-type]
        for form, _ in kind.forms:
            if name == "grpo":
                assert not form or answer(dataset_types(version), "dpo", form) == "foreign"  # type: ignore[arg-type]
            else:
                assert answer(dataset_types(version), loader(plan), form) == "loads", (name, form)  # type: ignore[arg-type]


def test_what_kinds_toml_names_is_there() -> None:
    assert all(any(find(name, version) for version in known()) for name in own_fields())
    for one in shipped():
        for entry in one.plan.get("datasets") or ():  # type: ignore[attr-defined]
            assert entry["path"] in samples(), f"{entry['path']} of {one.name}"


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_its_own_questions(kind: str) -> None:
    situation = switched(state(), kind).situation
    asked = {
        name
        for name, one in OF.items()
        if (bool(one.options(situation)) if isinstance(one, Choice) else one.shown(situation))
    }
    expected = {
        "dpo": {"beta"}, "ipo": {"beta"}, "kto": {"beta", "good", "bad"}, "orpo": {"odds"},
        "simpo": {"beta", "margin", "imitation"}, "grpo": {"functions", "group", "answers", "tether", "engine"},
    }  # fmt: skip
    assert asked == expected.get(kind, set())


def test_vllm_beside_the_training_takes_its_share() -> None:
    there = switched(state(), "grpo")
    engine = OF["engine"]
    assert isinstance(engine, Choice)
    needs, plans = [], []
    for place, option in enumerate(engine.options(there.situation)):
        then = there.with_fields(option.changes)
        assert engine.current(then.situation) == place
        judged = review(then.plan, then.model, then.machine)
        assert not stopping(judged.findings), [one.message for one in stopping(judged.findings)]
        assert judged.estimate is not None
        needs.append(judged.estimate.device.likely)
        plans.append(then)
    assert needs[1] > needs[0] > 0
    assert needs[2] <= needs[0]
    portion, length = OF["portion"], OF["answers"]
    assert isinstance(portion, TypedQuestion)
    assert isinstance(length, TypedQuestion)
    half = plans[1].with_fields(portion.write("0.5", plans[1].situation))
    judged = review(half.plan, half.model, half.machine)
    assert judged.estimate is not None
    assert judged.estimate.device.likely > needs[1]
    longer = plans[1].with_fields(length.write("1000", plans[1].situation))
    assert longer.plan["vllm"]["max_model_len"] == longer.plan["sequence_len"] + 1000  # type: ignore[operator, index]


def test_rewards_are_functions_by_their_names() -> None:
    there = switched(state(), "grpo")
    functions = OF["functions"]
    assert isinstance(functions, TypedQuestion)
    changes = functions.write("rewards.right, rewards.short", there.situation)
    assert changes["trl"]["reward_funcs"] == ["rewards.right", "rewards.short"]  # type: ignore[index]
    assert changes["trl"]["num_generations"] == 4  # type: ignore[index]
    with pytest.raises(Exception, match=r"module\.function"):
        functions.write("right", there.situation)


def test_a_file_of_the_right_form_is_read_as_it_is(tmp_path: Path) -> None:
    path = str(tmp_path / "pairs.jsonl")
    Path(path).write_bytes(lines(rows(prompt="What is {}?", chosen="It is {}.", rejected="No idea about {}.")))
    before = state(datasets=[{"path": path, "ds_type": "json", "type": "alpaca"}])
    situation = replace(before.situation, head=head(path))
    (option,) = [one for one in KIND.options(situation) if one.label == kinds()["dpo"].label]
    entry = first_dataset(before.plan.changed(option.changes))
    assert entry["type"] == "chat_template.default"
    assert entry["field_messages"] == "prompt"
