"""What to train on a machine: models that suit the data and fit."""

from __future__ import annotations

import pytest

from wizard.domain.plan import Plan
from wizard.fit.recommend import TRIED, Sought, Suggestion, fitting, kind_of, others, sought, suggested
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built, find
from wizard.knowledge.models.recommended import Kind, recommended, start_of
from wizard.memory import estimate
from wizard.review import acceptance, review, stopping
from wizard.world.presets import preset

MACHINES = ("rtx-4060", "t4", "rtx-3060-12gb", "rtx-4090", "a100-80gb", "8xh100-80gb")


def offered(gpu: str, kind: Kind = "instruct", length: int = 2048, most: int | None = None) -> tuple[Suggestion, ...]:
    return suggested(preset(start_of(kind)).plan, named_machine(gpu), Sought(kind, length, most), acceptance)


@pytest.mark.parametrize("gpu", MACHINES)
def test_three_to_five_that_fit_and_run(gpu: str) -> None:
    machine, found = named_machine(gpu), offered(gpu)
    assert 3 <= len(found) <= 5
    assert len({one.id for one in found}) == len(found)
    for one in found:
        assert one.row is not None
        assert "instruct" in one.row.kinds
        assert one.plan["base_model"] == one.id
        need = estimate(one.plan, one.model, machine)
        assert need == one.found.estimate
        assert need.fit(machine.free_bytes) == "fits"
        assert not any(setting.away for setting in one.found.choice.settings)
        assert stopping(review(one.plan, one.model, machine).findings) == ()


def test_more_memory_lets_in_larger_ones() -> None:
    largest = [max(one.model.parameters for one in offered(gpu)) for gpu in MACHINES]
    assert largest[0] < largest[3] < largest[4] < largest[5]


def test_one_of_each_method_where_there_is_one() -> None:
    assert {one.method for one in offered("rtx-4090")} == set(TRIED)


def test_the_first_is_not_a_tiny_one_where_rounding_lets_in_a_large_one() -> None:
    first, *others = offered("rtx-4060")
    assert first.method == "qlora"
    assert first.model.parameters > 6 * max(one.model.parameters for one in others if one.method == "lora")


def test_the_first_is_none_whose_loss_ends_the_run() -> None:
    first = offered("rtx-4060")[0]
    assert first.model.architecture != "granite"  # at 8 GB it fits with Liger's fused loss alone, which refuses it


@pytest.mark.parametrize("kind", ["base", "vision", "code"])
def test_the_kind_is_as_wanted(kind: Kind) -> None:
    found = offered("rtx-4090", kind)
    assert len(found) >= 3
    assert all(one.row is not None and kind in one.row.kinds for one in found)
    assert kind != "vision" or all(one.model.images is not None for one in found)


def test_none_is_too_short_for_the_data() -> None:
    found = offered("a100-80gb", length=60_000)
    assert found
    for one in found:
        assert one.row is not None
        assert one.row.context >= 60_000
        assert (one.model.max_length or 60_000) >= 60_000
        assert one.plan["sequence_len"] == 60_000


def test_none_is_larger_than_wanted() -> None:
    assert all(one.model.parameters <= 2e9 for one in offered("a100-80gb", most=2_000_000_000))


def test_text_alone_goes_before_what_sees_too() -> None:
    assert not offered("rtx-4090")[0].model.multimodal


def test_a_method_that_is_wanted_is_the_only_one() -> None:
    plan, machine = preset("qlora-24gb").plan, named_machine("rtx-4090")
    found = suggested(plan, machine, Sought("instruct", 2048, methods=("qlora",)), acceptance)
    assert {one.method for one in found} == {"qlora"}


def test_what_comes_of_it_has_a_folder_of_its_own() -> None:
    folders = [str(one.plan["output_dir"]) for one in offered("rtx-4090")]
    assert len(set(folders)) == len(folders)
    assert folders[0] == "./outputs/qwen3-8b-lora"


def test_the_others_are_what_is_left_of_the_catalogue() -> None:
    plan, machine, wish = preset("qlora-24gb").plan, named_machine("8GiB"), Sought("instruct", 2048, 1_000_000_000)
    rest = list(others(plan, machine, wish, acceptance))
    assert rest
    assert not {one.id for one in rest} & set(recommended())
    sizes = [one.model.parameters for one in rest]
    assert sizes == sorted(sizes, reverse=True)
    assert max(sizes) <= 1_000_000_000


def test_without_a_known_gpu_there_is_nothing_to_say() -> None:
    from wizard.domain.machine import Machine

    plan, wish = preset("qlora-24gb").plan, Sought("instruct", 2048)
    assert suggested(plan, Machine(), wish, acceptance) == ()
    assert fitting("nobody/knows-it", plan, named_machine("rtx-4090"), wish, acceptance) is None


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({}, "instruct"),
        ({"datasets": [{"path": "x", "type": "chat_template"}]}, "instruct"),
        ({"datasets": [{"path": "x", "type": "completion"}]}, "base"),
        ({"datasets": [{"path": "x", "type": "completion"}, {"path": "y", "type": "alpaca"}]}, "instruct"),
        ({"pretraining_dataset": [{"path": "x"}]}, "base"),
        ({"processor_type": "AutoProcessor", "datasets": [{"path": "x", "type": "chat_template"}]}, "vision"),
    ],
)
def test_the_plan_tells_what_a_model_has_to_be_for(values: dict[str, object], kind: str) -> None:
    assert kind_of(Plan(values)) == kind
    assert sought(Plan({**values, "sequence_len": 777})).length == 777


def test_gated_ones_come_after_others_of_their_size() -> None:
    gated = [bool(known.gated) for one in offered("rtx-3060-12gb") if (known := find(one.id)) is not None]
    assert not gated[0]
    assert built("Qwen/Qwen3-8B").parameters > 8e9


def test_a_model_that_sees_nothing_has_no_processor_and_one_that_does_keeps_it() -> None:
    from wizard.fit.adapt import adapt

    plan, machine = preset("vision-lora-24gb").plan, named_machine("rtx-4090")
    blind = adapt(plan.changed({"base_model": "Qwen/Qwen3-4B"}), built("Qwen/Qwen3-4B"), machine)
    assert not {"processor_type", "image_size", "skip_prepare_dataset", "remove_unused_columns"} & set(blind)
    seeing = adapt(plan, built(str(plan["base_model"])), machine)
    assert seeing["processor_type"] == "AutoProcessor"
