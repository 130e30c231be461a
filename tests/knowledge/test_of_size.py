"""A model of which only the size is known."""

from __future__ import annotations

import pytest

from wizard.domain.plan import Plan
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.knowledge.models.of_size import of_size, size_said, size_text
from wizard.memory import estimate

PLAN = Plan({"adapter": "qlora", "load_in_4bit": True, "sequence_len": 2048, "micro_batch_size": 1, "lora_r": 16})


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("7B", 7_000_000_000),
        ("about 7b", 7_000_000_000),
        ("~ 1.5B", 1_500_000_000),
        ("350M", 350_000_000),
        (" about  70B ", 70_000_000_000),
        ("Qwen/Qwen3-8B", None),
        ("7", None),
        ("0B", None),
        ("9000B", None),
        ("1M", None),
        ("B", None),
        ("", None),
    ],
)
def test_a_size_is_told_from_a_name(text: str, size: int | None) -> None:
    assert size_said(text) == size
    if size is not None:
        assert size_said(size_text(size)) == size


@pytest.mark.parametrize("size", [0.35, 1, 3, 7, 13, 24, 32, 70, 120, 200, 400, 1000])
def test_the_shapes_come_to_about_that_size(size: float) -> None:
    model = of_size(round(size * 1e9))
    assert abs(model.parameters / (size * 1e9) - 1) < 0.06
    assert not model.exact
    assert not model.moe


@pytest.mark.parametrize(
    "name", ["meta-llama/Llama-2-7b-hf", "Qwen/Qwen2.5-7B", "mistralai/Mistral-7B-v0.1", "tiiuae/Falcon3-7B-Base"]
)
@pytest.mark.parametrize("changes", [{}, {"adapter": "lora", "load_in_4bit": False}, {"sequence_len": 16384}])
def test_the_range_holds_what_known_models_of_that_size_need(name: str, changes: dict[str, object]) -> None:
    plan, machine = PLAN.changed(changes), named_machine("a100-80gb")
    guessed, known = estimate(plan, of_size(7_000_000_000), machine), estimate(plan, built(name), machine)
    assert guessed.device.low <= known.device.low < known.device.high <= guessed.device.high
    assert guessed.allocated.low <= known.allocated.low < known.allocated.high <= guessed.allocated.high


def test_the_range_is_that_of_its_causes_and_says_what_was_taken() -> None:
    found = estimate(PLAN, of_size(7_000_000_000), named_machine("a100-80gb"))
    assert found.allocated.high == found.allocated.likely + sum(one.more for one in found.causes)
    assert "nothing but its size is known" in found.warnings[0]
    assert not [one for one in found.warnings if "no known form" in one]


def test_where_no_model_is_near_in_size_that_is_said() -> None:
    model = of_size(1_000_000_000_000)
    assert model.peers == ()
    assert "no known model is near in size" in model.notes[0]
