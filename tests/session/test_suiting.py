"""The preset that a wizard starts from suits the machine, and never replaces what a person chose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.session.scripts import Noted
from wizard.knowledge.gpus import named_machine
from wizard.session import answers
from wizard.session.conversation import Conversation
from wizard.session.offers import preset_offer
from wizard.session.opening import Opening
from wizard.session.results import Changed, PresetTaken
from wizard.world.presets import preset

START = preset("qlora-24gb").plan


def opened(gpu: str, *, model: str | None = None, chosen: bool = False) -> Conversation:
    plan = START if model is None else START.changed({"base_model": model})
    opening = Opening(plan, named_machine(gpu), "qlora-24gb", "axolotl.yml", chosen=chosen, origin=START)
    return Conversation(opening, Noted("rtx-4090"))


@pytest.mark.parametrize(
    ("gpu", "name"),
    [
        ("rtx-4060", "qlora-8gb"),
        ("rtx-3060-12gb", "qlora-12gb"),
        ("rtx-4090", "qlora-24gb"),
        ("2xrtx-4060-ti-16gb", "fsdp2-qlora-2x16gb"),
        ("2xrtx-4090", "fsdp2-qlora-2x24gb"),
        ("a100-80gb", "lora-80gb"),
        ("h100-80gb", "lora-80gb"),
        ("8xa100-80gb", "zero3-full-8x80gb"),
        ("8xh100-80gb", "zero3-full-8x80gb"),
    ],
)
def test_it_starts_from_what_suits_the_machine(gpu: str, name: str) -> None:
    session = opened(gpu)
    assert session.state.preset == name
    assert session.review.fit == "fits"
    assert session.past == []


def test_where_nothing_fits_it_stays() -> None:
    assert opened("3GiB").state.preset == "qlora-24gb"


def test_a_preset_that_was_named_stays() -> None:
    session = opened("8xh100-80gb", chosen=True)
    assert session.state.preset == "qlora-24gb"
    answers.take_machine(session, named_machine("rtx-4060"))
    assert session.state.preset == "qlora-24gb"


def test_a_model_that_was_named_stays_whatever_is_taken() -> None:
    session = opened("a100-80gb", model="Qwen/Qwen3-4B")
    assert (session.state.preset, session.state.plan["base_model"]) == ("lora-80gb", "Qwen/Qwen3-4B")
    done = answers.take_preset(session, preset("full-80gb"))
    assert isinstance(done, PresetTaken)
    assert session.state.plan["base_model"] == "Qwen/Qwen3-4B"
    assert done.says == "Started from full-80gb. Your base_model stayed."


def test_a_preset_made_for_a_mixture_is_not_for_another_model() -> None:
    assert opened("8xh100-80gb", model="meta-llama/Llama-3.1-70B").state.preset != "moe-qlora-80gb"


def test_another_machine_brings_the_preset_that_suits_it_and_undo_takes_it_back() -> None:
    session = opened("rtx-4090")
    done = answers.name_machine(session, "8xh100-80gb")
    assert isinstance(done, Changed)
    assert done.says == "machine: 8× H100 80GB HBM3; the preset zero3-full-8x80gb suits it, so it is taken"
    assert session.state.preset == "zero3-full-8x80gb"
    session.undo()
    assert (session.state.preset, session.state.machine.title) == ("qlora-24gb", "RTX 4090")
    answers.name_machine(session, "rtx-3060-12gb")
    assert session.state.preset == "qlora-12gb"


def test_never_over_what_was_chosen() -> None:
    session = opened("rtx-4090")
    answers.take_fields(session, {"lora_r": 64}, "rank 64")
    done = answers.name_machine(session, "8xh100-80gb")
    assert isinstance(done, Changed)
    assert done.says == "machine: 8× H100 80GB HBM3"
    assert (session.state.preset, session.state.plan["lora_r"]) == ("qlora-24gb", 64)


def test_nor_over_a_preset_that_was_taken() -> None:
    session = opened("rtx-4090")
    answers.take_preset(session, preset("lora-24gb"))
    answers.name_machine(session, "8xh100-80gb")
    assert session.state.preset == "lora-24gb"


def test_data_that_was_typed_stays() -> None:
    session = opened("rtx-4090")
    answers.take_fields(session, {"output_dir": "./mine"}, "result folder")
    answers.name_machine(session, "8xh100-80gb")
    assert (session.state.preset, session.state.plan["output_dir"]) == ("zero3-full-8x80gb", "./mine")


def test_a_preset_is_priced_with_the_model_that_stays() -> None:
    session = opened("a100-80gb", model="Qwen/Qwen3-0.6B", chosen=True)
    offer = preset_offer(preset("full-80gb"), session.state, session.outside)
    answers.take_preset(session, preset("full-80gb"))
    assert offer.needs == session.needs
    own = preset_offer(preset("full-80gb"), replace(session.state, wish=START, origin=START), session.outside)
    assert own.needs is not None
    assert offer.needs is not None
    assert own.needs > 2 * offer.needs
