"""With states in host memory DeepSpeed steps with an Adam of its own, whatever the plan names; and what that needs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import FULL, LLAMA_8B, machine, model, plan
from wizard.axolotl.effective import effective
from wizard.domain.plan import Plan
from wizard.fit.search import host_bytes
from wizard.memory import estimate

GPUS = machine("8xh100-80gb")
KEPT = {"zero_force_ds_cpu_optimizer": False}
NAMED = {"optimizer": {"type": "AdamW", "params": {}}}
OFFLOADS = {"zero_optimization": {"stage": 3, "offload_optimizer": {"device": "cpu"}}}


def of(written: object, optimizer: str) -> Plan:
    return plan(FULL, base_model=LLAMA_8B, deepspeed=written, optimizer=optimizer)


@pytest.mark.parametrize("optimizer", ["adamw_bnb_8bit", "muon", "adafactor", "sgd", "adamw_torch_fused"])
@pytest.mark.parametrize("written", ["deepspeed_configs/zero2.json", OFFLOADS])
def test_any_optimizer_needs_two_states_in_fp32(written: object, optimizer: str) -> None:
    exact = host_bytes(estimate(of(written, "adamw_torch"), model(), GPUS))
    assert host_bytes(estimate(of(written, optimizer), model(), GPUS)) == exact


@pytest.mark.parametrize(
    ("written", "optimizer"),
    [
        ("deepspeed_configs/zero1.json", "adamw_bnb_8bit"),
        ("deepspeed_configs/zero2.json", "lion_32bit"),
        (OFFLOADS | KEPT, "adamw_bnb_8bit"),
        (OFFLOADS | NAMED, "adamw_bnb_8bit"),
    ],
)
def test_others_step_as_they_are_named(written: Any, optimizer: str) -> None:
    assert effective(of(written, optimizer), model(), GPUS).optimizer == optimizer
