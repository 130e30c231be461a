"""Experts that Axolotl 0.19 takes out of 8 bits and never lets go of again."""

from __future__ import annotations

from typing import Any

import pytest

from wizard.domain.estimate import Estimate
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.knowledge.models.catalogue import built
from wizard.memory import estimate

OLMOE = "allenai/OLMoE-1B-7B-0924"
EIGHT = {
    "adapter": "lora",
    "load_in_8bit": True,
    "quantize_moe_experts": True,
    "lora_r": 16,
    "lora_target_modules": ["q_proj", "v_proj"],
    "bf16": True,
    "sequence_len": 2048,
    "micro_batch_size": 1,
    "gradient_checkpointing": True,
    "gradient_checkpointing_kwargs": {"use_reentrant": False},
}


def of(minor: int, model: str = OLMOE, **others: Any) -> Estimate:
    return estimate(Plan({"base_model": model, **EIGHT, **others}, axolotl=Version(0, minor)), built(model))


def stacks(model: str) -> int:
    return sum(tensor.total for tensor in built(model).tensors if tensor.kind == "experts")


def test_all_of_them_stay_in_fp32_when_the_backward_is_over() -> None:
    older, newer = of(19), of(20)
    assert older.phases["optimizer"] - newer.phases["optimizer"] == 4 * stacks(OLMOE)
    assert older.allocated.likely - newer.allocated.likely > 3.5 * stacks(OLMOE)
    assert [one for one in older.warnings if "use_reentrant: true" in one]
    assert not [one for one in newer.warnings if "use_reentrant: true" in one]


@pytest.mark.parametrize(
    "others",
    [
        {"gradient_checkpointing_kwargs": {"use_reentrant": True}},
        {"gradient_checkpointing": False},
        {"adapter": "qlora", "load_in_8bit": False, "load_in_4bit": True},
        {"quantize_moe_experts": False},
        {"lora_target_parameters": ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]},
    ],
)
def test_where_they_are_let_go_of(others: dict[str, Any]) -> None:
    assert of(19, **others).allocated == of(20, **others).allocated


@pytest.mark.parametrize("model", ["deepseek-ai/DeepSeek-V2-Lite", "zai-org/GLM-4.7-Flash"])
def test_a_shared_expert_behind_them_ends_the_second_forward(model: str) -> None:
    assert of(19, model).allocated == of(20, model).allocated


def test_one_that_runs_before_them_does_not() -> None:
    name = "Qwen/Qwen1.5-MoE-A2.7B"
    assert of(19, name).phases["optimizer"] - of(20, name).phases["optimizer"] == 4 * stacks(name)


def test_an_adapted_stack_is_let_go_of_and_the_other_is_not() -> None:
    half: dict[str, Any] = {"lora_target_parameters": ["mlp.experts.down_proj"]}
    more = of(19, **half).phases["optimizer"] - of(20, **half).phases["optimizer"]
    assert more == 4 * sum(one.total for one in built(OLMOE).tensors if one.path.endswith("gate_up_proj"))
