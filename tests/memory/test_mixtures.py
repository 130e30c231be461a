"""Mixtures of experts in 4 and 8 bits: what PEFT makes of their experts, and what reading them costs."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from benchmarks.accuracy.rows import ROOT, Row, read_all
from benchmarks.accuracy.score import score
from tests.builders import FULL, LORA, QLORA, machine, model, plan
from wizard.axolotl.effective import effective
from wizard.knowledge.models.architecture import build
from wizard.memory import estimate
from wizard.memory.tape.engine import Parameter, Tape
from wizard.memory.tape.stacks import Stack

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


GPT_OSS: dict[str, Any] = {
    "model_type": "gpt_oss",
    "hidden_size": 2880,
    "intermediate_size": 2880,
    "num_hidden_layers": 6,
    "num_attention_heads": 64,
    "num_key_value_heads": 8,
    "head_dim": 64,
    "vocab_size": 201088,
    "tie_word_embeddings": False,
    "max_position_embeddings": 131072,
    "num_local_experts": 32,
    "num_experts_per_tok": 4,
    "sliding_window": 128,
}


@pytest.mark.parametrize(
    ("base", "changes", "forward", "backward"),
    [
        (LORA, {"gradient_accumulation_steps": 2, "lora_r": 8, "lora_dropout": 0.0}, 13_344_619_008, 13_751_897_088),
        (FULL, {"gradient_accumulation_steps": 2}, 49_913_097_216, 50_732_624_896),
        (FULL, {"gradient_accumulation_steps": 1}, 37_718_304_768, 48_802_851_328),
    ],
)
def test_the_clamped_gate_of_gpt_oss_is_as_its_code_runs_it(
    base: dict[str, object], changes: dict[str, Any], forward: int, backward: int
) -> None:
    """Peaks of benchmarks.truth on transformers 5.20 with torch 2.13: 1 x 4096 rows, cut loss, checkpointing."""
    settings = {
        "sequence_len": 4096,
        "micro_batch_size": 1,
        "gradient_checkpointing": True,
        "gradient_checkpointing_kwargs": {"use_reentrant": False},
        "attn_implementation": "flash_attention_2",
        "plugins": ["axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"],
        "val_set_size": 0,
    }
    made = estimate(plan(base, **settings, **changes), build(GPT_OSS, "gpt-oss"))
    assert made.phases["forward"] == pytest.approx(forward, rel=0.001)
    assert made.phases["backward"] == pytest.approx(backward, rel=0.008)


def test_a_shared_expert_that_runs_first_is_kept_while_the_others_run_backward() -> None:
    """Qwen's runs before the others, GLM's behind them (transformers 5.20 modeling_*.py)."""
    names = {"Qwen/Qwen1.5-MoE-A2.7B": True, "zai-org/GLM-4.5-Air": False}
    assert {name: any(block.shared_first for block in model(name).blocks) for name in names} == names
    first = model("Qwen/Qwen1.5-MoE-A2.7B")
    behind = dataclasses.replace(
        first, blocks=tuple(dataclasses.replace(block, shared_first=False) for block in first.blocks)
    )
    plain = plan(FULL, base_model=first.id, sequence_len=8192, sample_packing=False)
    wide = 4 * 2 * first.blocks[0].shared_width * 8192
    assert estimate(plain, first).phases["backward"] - estimate(plain, behind).phases["backward"] > wide / 2


def test_gradients_of_experts_go_at_once_into_those_of_micro_batches_before() -> None:
    stack = Stack(Parameter(1000.0, 2, trained=True), 2)
    made = Tape().new(0.0, 2, 1000.0)
    assert stack.handed(Tape(accumulates=True), made) is None
    assert stack.handed(Tape(), made) is made
