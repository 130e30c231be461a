"""Mixtures of experts in 4 and 8 bits: what PEFT makes of their experts, and what reading them costs."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.accuracy.rows import ROOT, Row, read_all
from benchmarks.accuracy.score import score
from tests.builders import LORA, QLORA, machine, model, plan
from wizard.axolotl.effective import effective

MIXTURE = "Qwen/Qwen3-30B-A3B"
EIGHT = {**LORA, "load_in_8bit": True}
FSDP2: dict[str, Any] = {"fsdp_version": 2, "fsdp_config": {"reshard_after_forward": True}}
EFFICIENT: dict[str, Any] = {"fsdp_version": 2, "fsdp_config": {"cpu_ram_efficient_loading": True}}
ZERO3: dict[str, Any] = {"deepspeed": "deepspeed_configs/zero3_bf16.json"}
ZERO2: dict[str, Any] = {"deepspeed": "deepspeed_configs/zero2.json"}


@pytest.mark.parametrize(
    ("base", "changes", "wide"),
    [
        (QLORA, {}, True),
        (QLORA, ZERO2, True),
        (QLORA, ZERO3, False),
        (QLORA, FSDP2, False),
        (EIGHT, {}, True),
        (EIGHT, FSDP2, True),
        (EIGHT, EFFICIENT, False),
        (QLORA, {"quantize_moe_experts": True}, False),
        (EIGHT, {"peft": {"loftq_config": {"loftq_bits": 4}}}, False),
        (LORA, {}, False),
    ],
)
def test_peft_prepares_a_rounded_model_but_where_axolotl_leaves_it(
    base: dict[str, object], changes: dict[str, Any], wide: bool
) -> None:
    assert effective(plan(base, **changes), model(MIXTURE), machine("2xh100-80gb")).leftovers_fp32 is wide


def test_rows_of_experts_in_few_bits_are_near_and_never_far_under() -> None:
    rows = [row for row in read_all([ROOT / "truth" / "rows.jsonl"])[0] if row.kind == "experts"]
    assert len({row.model.id for row in rows}) >= 5
    for one in score(rows):
        assert isinstance(one.row, Row)
        assert -0.03 < one.error < 0.08, one.row.id
        assert one.covered, one.row.id
