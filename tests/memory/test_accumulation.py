"""Several micro batches in one step: what waits for the last of them, on one GPU and on several."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import FULL, LLAMA_8B, LORA, QLORA, machine, model, plan
from wizard.axolotl.effective import effective
from wizard.domain.estimate import Estimate
from wizard.domain.version import Version
from wizard.memory import estimate
from wizard.memory.adapter import trainable_parameters
from wizard.memory.static import static

MIXTURE = "Qwen/Qwen3-30B-A3B"
EXPERT: dict[str, Any] = {"plugins": ["axolotl.integrations.expert_parallel.ExpertParallelPlugin"]}
EACH_TIME: dict[str, Any] = {"accelerator_config": {"gradient_accumulation_kwargs": {"sync_each_batch": True}}}
LARGE = {**LORA, "lora_r": 256, "lora_dropout": 0.1}
METHODS = {"full": FULL, "lora": LARGE, "qlora": {**QLORA, "lora_modules_to_save": ["lm_head"]}}


def fsdp(version: int, **more: object) -> dict[str, Any]:
    return {"fsdp_version": version, "fsdp_config": {"reshard_after_forward": True, **more}}


def zero(stage: int, **more: object) -> dict[str, Any]:
    return {"deepspeed": {"zero_optimization": {"stage": stage, **more}}}


DIVISIONS: dict[str, dict[str, Any]] = {
    "none": {},
    "zero 1": zero(1),
    "zero 2": zero(2),
    "zero 2, offloaded": zero(2, offload_optimizer={"device": "cpu"}),
    "zero 3": zero(3),
    "zero 3, scattered": zero(3, contiguous_gradients=False),
    "fsdp 1": fsdp(1),
    "fsdp 2": fsdp(2),
    "fsdp 2, offloaded": fsdp(2, offload_params=True),
    "fsdp 2, each time": {**fsdp(2), **EACH_TIME},
}


def of(base: dict[str, object], gpus: str | None = "8xh100-80gb", name: str = LLAMA_8B, **changes: Any) -> Estimate:
    asked = plan({**base, "gradient_accumulation_steps": 4}, **changes)
    asked = type(asked)(asked.values, axolotl=Version(0, 19))  # the last one with FSDP1
    return estimate(asked, model(name), machine(gpus) if gpus else None)


@pytest.mark.parametrize("division", DIVISIONS)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("checkpointing", [True, False, "offload"])
@pytest.mark.parametrize("gpus", [None, "8xh100-80gb"])
def test_more_of_them_never_need_less(division: str, method: str, checkpointing: object, gpus: str | None) -> None:
    base = {**METHODS[method], **DIVISIONS[division], "gradient_checkpointing": checkpointing, "sequence_len": 512}
    one, more = (of(base, gpus, gradient_accumulation_steps=steps) for steps in (1, 2))
    assert one.allocated.likely <= more.allocated.likely
    assert one.allocated.high <= more.allocated.high


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("offload", [True, False])
def test_fsdp_divides_gradients_once_a_step(version: int, method: str, offload: bool) -> None:
    """`Accelerator.no_sync`: all of them are whole on each GPU, in 16 bits, wherever their shards go."""
    base = {**METHODS[method], **fsdp(version, offload_params=offload)}
    trained = trainable_parameters(model(), effective(plan(base), model(), machine("8xh100-80gb")))
    whole, divided = of(base), of(base, **EACH_TIME)
    assert whole.phases["forward"] - divided.phases["forward"] >= 2 * trained - 4 * trained / 8
    assert whole.components["gradients"] >= 2 * trained
    assert whole.phases["optimizer"] == divided.phases["optimizer"]


def test_of_one_micro_batch_nothing_waits() -> None:
    base = {**FULL, **fsdp(2)}
    assert of(base, gradient_accumulation_steps=1) == of({**base, **EACH_TIME}, gradient_accumulation_steps=1)


def test_experts_that_are_divided_wait_where_they_are() -> None:
    base = {**FULL, **EXPERT, **fsdp(2)}
    known = model(MIXTURE)
    experts = sum(one.total for one in known.tensors if one.kind == "experts")
    found = of({**base, "expert_parallel_size": 4}, name=MIXTURE).components["gradients"]
    assert found == pytest.approx(2 * (known.parameters - 0.75 * experts), rel=0.02)


def test_gradients_that_wait_scattered_fill_a_bucket() -> None:
    """Without `contiguous_gradients` ZeRO 3 has no bucket beside them: what is in it are the gradients."""

    def found(base: dict[str, object], size: float) -> tuple[float, float]:
        asked = plan({**base, **zero(3, contiguous_gradients=False, reduce_bucket_size=size)})
        settings = effective(asked, model(), machine("8xh100-80gb"))
        known = static(model(), settings)
        return known.parts.flight + known.parts.reducing, 2.0 * known.trainable

    (small, _), (large, _) = found(FULL, 1e6), found(FULL, 1e9)
    assert large - small == 2 * (1e9 - 1e6)
    (none, all_of_them), (few, _) = found(LORA, 0), found(LORA, 1e9)
    assert few - none == all_of_them
