"""How GPUs share a sequence, by version, block and model."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import FULL, model
from wizard.axolotl.sequences import Passing, over_heads, passing
from wizard.domain.plan import Plan
from wizard.domain.version import Version

PACKED: dict[str, Any] = {"sample_packing": True}
RING: dict[str, Any] = {"context_parallel": {"size": 4, "backend": "ring"}}


def written(minor: int = 21, **changes: Any) -> Plan:
    return Plan({**FULL, **changes}, axolotl=Version(0, minor))


@pytest.mark.parametrize(
    ("plan", "size", "expected"),
    [
        (written(), 1, ""),
        (written(), 4, "ulysses"),  # of 8 key-value heads
        (written(), 16, "gather"),  # 8 over heads, 2 in a ring
        (written(**RING), 4, "rotate"),
        (written(**RING, **PACKED), 4, "gather"),
        (written(context_parallel={"size": 4, "backend": "ring", "load_balance": "none"}), 4, "gather"),
        (written(context_parallel={"size": 4, "ring_size": 4}, **PACKED), 4, "gather"),
        (written(**RING, deepspeed="deepspeed_configs/zero3.json"), 4, "ulysses"),
        (written(19, **PACKED), 4, "head_by_head"),
        (written(19), 4, "rotate"),
        (written(19, ring_attn_func="varlen_llama3"), 4, "head_by_head"),
    ],
)
def test_what_gpus_send_each_other(plan: Plan, size: int, expected: Passing) -> None:
    assert passing(plan, model(), size) == expected


def test_as_many_share_heads_as_divide_them() -> None:
    assert over_heads(written(), model("Qwen/Qwen2.5-7B"), 8) == 4  # 4 key-value heads
    assert over_heads(written(context_parallel={"size": 8, "ulysses_size": 2}), model(), 8) == 2
    assert over_heads(written(context_parallel={"size": 8, "ring_size": 4}), model(), 8) == 2
    assert over_heads(written(context_parallel={"size": 4, "ring_size": 8}), model(), 4) == 1
    assert over_heads(written(), model("google/gemma-3-1b-it"), 4) == 1  # one key-value head
