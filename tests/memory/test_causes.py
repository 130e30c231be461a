"""Why a figure is a range: which reasons hold for which plan, and how far each may move the sum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import FULL, LORA, QLORA, machine, model
from wizard.axolotl.effective import effective
from wizard.domain.estimate import Cause
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.knowledge.models.packed import packed
from wizard.memory import estimate
from wizard.memory.runtime import CONTEXT, DEEP_EP, LARGE_CONTEXT, NCCL, runtime
from wizard.memory.uncertainty import causes

DENSE, MOE, OSS, LINEAR = "Qwen/Qwen3-0.6B", "Qwen/Qwen3-30B-A3B", "openai/gpt-oss-20b", "Qwen/Qwen3.5-4B"
ALWAYS = {"library versions and kernels", "cuBLAS workspaces"}
SPREAD = "how tokens spread over experts"
GB = 1e9
CUT = {"cut_cross_entropy": True, "plugins": ["axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"]}


def reasons(values: dict[str, Any], name: str) -> dict[str, Cause]:
    known = model(name)
    settings = effective(Plan(values), known, None)
    return {one.name: one for one in causes(known, settings, static=GB, dynamic=GB, trainable=10**6)}


@pytest.mark.parametrize(
    ("values", "name", "expected"),
    [
        (FULL, DENSE, {}),
        (FULL, MOE, {SPREAD: (0.05, 0.1)}),
        ({**FULL, "attn_implementation": "xformers"}, DENSE, {"this attention's buffers": (0, 0.1)}),
        ({**FULL, "attn_implementation": "someone/kernel"}, DENSE, {"this attention's buffers": (0, 0.1)}),
        ({**FULL, "attn_implementation": "flex_attention"}, DENSE, {"this attention's buffers": (0, 0.1)}),
        ({**FULL, "attn_implementation": "sdpa"}, DENSE, {}),
        ({**FULL, "fp8": True}, DENSE, {"fp8 copies of weights and inputs": (0, 0.16)}),
        ({**LORA, "load_in_8bit": True}, DENSE, {"int8 products and outliers": (0.05, 0.2)}),
        (QLORA, DENSE, {}),
        ({**LORA, "activation_offloading": True}, DENSE, {"what is offloaded when": (0.3, 0.05)}),
    ],
)
def test_which_reasons_hold(values: dict[str, Any], name: str, expected: dict[str, tuple[float, float]]) -> None:
    found = reasons(values, name)
    assert found.keys() == ALWAYS | expected.keys()
    for why, (less, more) in expected.items():
        assert found[why].less == pytest.approx(less * GB), why
        assert found[why].more == pytest.approx(more * GB), why


def test_experts_in_16_bits_that_are_cast_leave_blocks() -> None:
    """What PEFT casts are the leftovers of a mixture; a dense model has no experts."""
    for name, values, left in ((MOE, FULL, False), (MOE, LORA, False), (DENSE, QLORA, False), (MOE, QLORA, True)):
        found = reasons(values, name)
        assert any("16-bit experts" in why for why in found) == left, (name, values)


def test_a_model_of_which_only_its_size_is_known_is_least_certain() -> None:
    known = model(DENSE)
    settings = effective(Plan(FULL), known, None)
    rough = list(causes(replace(known, exact=False), settings, static=GB, dynamic=GB, trainable=1))
    assert any("form is not known" in one.name and one.more == pytest.approx(0.53 * GB) for one in rough)


def test_a_format_that_is_not_known_may_be_anything_between_4_and_16_bits() -> None:
    known = replace(model(DENSE), packed=packed({"quantization_config": {"quant_method": "somebodys"}}))
    settings = effective(Plan(LORA), known, None)
    count = sum(one.total for one in known.tensors if one.kind == "linear")
    found = {one.name: one for one in causes(known, settings, static=GB, dynamic=GB, trainable=1)}
    assert found["how somebodys stores a weight"] == Cause("how somebodys stores a weight", int(1.5 * count), 0)


@pytest.mark.parametrize(
    ("gpus", "experts", "high"),
    [("rtx-4090", 1, CONTEXT.high), ("2xrtx-4090", 1, CONTEXT.high + NCCL.high), ("b200", 1, LARGE_CONTEXT),
     ("2xrtx-4090", 2, CONTEXT.high + NCCL.high + DEEP_EP)],
)  # fmt: skip
def test_what_stands_beside_the_allocated(gpus: str, experts: int, high: int) -> None:
    more = {"expert_parallel_size": experts} if experts > 1 else {}
    settings = effective(Plan({**FULL, **more}), model(MOE), machine(gpus))
    found = runtime(settings, 0.0, 0.0)
    several = settings.sharding.gpus > 1
    assert found.high == high
    assert found.low == CONTEXT.low + NCCL.low * several
    assert found.likely == CONTEXT.likely + NCCL.likely * several + DEEP_EP * (experts > 1)


def test_offloading_never_adds_where_the_range_begins_at_loading() -> None:
    """Axolotl 0.19 loads more of this model than the training needs, however much of that is offloaded."""
    kept, away = (
        estimate(
            Plan({**QLORA, **CUT, "gradient_checkpointing": on}, axolotl=Version(0, 19)), model("google/gemma-2-2b")
        )
        for on in (True, "offload")
    )
    assert kept.phases["load"] > kept.allocated.likely > away.allocated.likely
    assert away.allocated.high <= kept.allocated.high
    assert away.device.high <= kept.device.high
