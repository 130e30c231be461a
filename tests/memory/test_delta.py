"""Gated delta-nets by flash-linear-attention, and the attention beside them, as benchmarks/truth logs them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import model
from wizard.axolotl.effective import Effective, effective
from wizard.domain.model import Block, Model
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.memory import estimate_of
from wizard.memory.tape.delta import delta_rule
from wizard.memory.tape.engine import Tape
from wizard.memory.tape.layer import layer_tape
from wizard.memory.tape.ops import source

DENSE = "Qwen/Qwen3.5-4B"
FUSED = "Qwen/Qwen3-Next-80B-A3B-Instruct"
FULL = {"bf16": True, "optimizer": "sgd", "sequence_len": 1024, "micro_batch_size": 4, "gradient_checkpointing": False}
FULL |= {"attn_implementation": "flash_attention_2", "cut_cross_entropy": True}
CHUNK = 64
ROWS = Path(__file__).parents[2] / "benchmarks" / "truth" / "rows.jsonl"


@pytest.fixture(params=[DENSE, FUSED])
def hybrid(request: pytest.FixtureRequest) -> Model:
    return model(request.param)


def _settings(hybrid: Model, **changes: object) -> Effective:
    return effective(Plan(FULL | {"base_model": hybrid.id} | changes), hybrid, None)


def _of(hybrid: Model, mixer: str) -> Block:
    return next(block for block in hybrid.blocks if block.mixer == mixer)


def _mixed(hybrid: Model, block: Block, settings: Effective) -> float:
    """Bytes a token that the mixer keeps, its norm and that norm's result taken off."""
    alone = replace(block, mixer="none")
    whole, rest = (layer_tape(hybrid, one, settings).forward.left(1.0) for one in (block, alone))
    return whole - rest - (8.0 * hybrid.hidden + 4) - 2.0 * hybrid.hidden


def test_a_trained_delta_net_keeps_what_its_steps_need(hybrid: Model) -> None:
    block = _of(hybrid, "linear")
    heads, values = block.mixer_heads, block.mixer_width
    keys = block.key_width * heads // block.key_heads  # repeated for every head of values
    mixed = 2 * block.key_width + values
    convolved = 2.0 * mixed + 2.0 * mixed  # its input, and what silu takes
    rule = 2.0 * (2 * keys + values) + 2.0 * CHUNK * heads + (4 + 4 + 4 + 2) * heads
    gates = 4.0 * heads  # of the decay, in fp32
    norm = 4.0 * values + 4.0 * heads + 2.0 * values
    gated = 2.0 * values + (4 + 4) * values + 2.0 * values
    assert _mixed(hybrid, block, _settings(hybrid)) == pytest.approx(convolved + rule + gates + norm + gated)


def test_the_states_of_the_chunks_are_made_forward_and_twice_backward() -> None:
    heads, keys, values = 32.0, 4096.0, 2048.0
    tape = Tape()
    inputs = [source(tape, tape.new(width, item)) for width, item in ((keys, 2), (keys, 2), (values, 2), (heads, 4))]
    inputs.append(source(tape, tape.new(heads, 2)))
    start, _ = tape.meter.mark()
    out = delta_rule(tape, tuple(inputs), heads)
    states = 2 * keys * values / heads / CHUNK
    kept = 2 * (2 * keys + values) + (4 + 4 + 4) * heads + 2 * CHUNK * heads
    passing = 2 * (keys + 2 * values) + states
    assert max(token for token, _ in tape.meter.seen()) - start == kept + passing + 2 * values
    assert tape.meter.token - start == kept + 2 * values
    node, slot, gradient = out.node, out.slot, [tape.new(values, 2)]
    assert node is not None
    del out
    start, _ = tape.meter.mark()
    tape.run_backward(node, slot, gradient)
    of_keys, of_values = 2 * 5 * keys, 2 * 4 * values  # w, dq, dk, dw, dk2; u, v_new, dv twice
    peak = max(token for token, _ in tape.meter.seen()) - start
    assert peak == of_keys + of_values + 2 * states + (2 * 4 + 4 + 2) * heads


def test_attention_keeps_the_gate_of_its_output(hybrid: Model) -> None:
    block, settings = _of(hybrid, "attention"), _settings(hybrid)
    assert block.query_gate
    gated, plain = (_mixed(hybrid, one, settings) for one in (block, replace(block, query_gate=False)))
    product = 2.0 * block.q_width  # what o_proj takes, in the place of attention's output, which flash keeps anyway
    assert gated - plain == pytest.approx(product + 2.0 * block.q_width)  # and the gate's sigmoid


def test_lora_finds_its_targets_in_a_delta_net(hybrid: Model) -> None:
    names = ["in_proj_qkvz" if hybrid.id == FUSED else "in_proj_qkv"]
    base = {"adapter": "lora", "lora_r": 16, "lora_alpha": 16}
    block = _of(hybrid, "linear")
    with_in, with_out = (
        layer_tape(hybrid, block, _settings(hybrid, **base, lora_target_modules=one)).own
        for one in (names, ["out_proj"])
    )
    mixed = 2 * block.key_width + block.mixer_width * (2 if hybrid.id == FUSED else 1)
    assert with_in == 4.0 * 16 * (hybrid.hidden + mixed)
    assert with_out == 4.0 * 16 * (hybrid.hidden + block.mixer_width)


def test_runs_without_the_kernels_stay_below_the_high_figure() -> None:
    rows = map(json.loads, ROWS.read_text(encoding="utf-8").splitlines())
    found = [row for row in rows if row["id"].endswith("-no-fla")]
    assert len(found) == 2
    for row in found:
        base = model(row["config"]["base_model"])
        plan = Plan(row["config"], axolotl=Version(0, 19))  # with libraries near to its
        high = estimate_of(effective(plan, base, None), base).allocated.high
        assert high >= row["bytes"]


def test_text_training_loads_no_tower_where_its_class_has_none() -> None:
    dense, fused = model(DENSE), model("google/gemma-3-4b-it")
    tower = sum(one.total for one in dense.tensors if one.tower)
    weights = estimate_of(_settings(dense), dense).components["weights"]
    assert tower
    assert weights < 2 * (dense.parameters - tower) * 1.001
    seen = estimate_of(_settings(dense, processor_type="AutoProcessor"), dense).components["weights"]
    assert seen > weights + 1.9 * tower
    assert estimate_of(_settings(fused), fused).components["weights"] > 1.999 * fused.parameters


def test_a_short_convolution_keeps_both_gates_products_and_no_more() -> None:
    lfm = model("LiquidAI/LFM2-1.2B")
    block, width = _of(lfm, "conv"), float(lfm.hidden)
    kept = 2 * 3 * width + 2 * width + 2 * width + 2 * width  # the projection, the convolution's in and out, the result
    found = _mixed(lfm, block, _settings(lfm, embeddings_skip_upcast=True))
    assert found == pytest.approx(kept - 2 * width)  # its norm keeps so much less than the others'


@pytest.mark.parametrize(("release", "whole"), [(Version(0, 19), True), (Version(0, 21), False)])
def test_loras_product_on_16_bit_experts_is_made_whole_up_to_peft_0_20(release: Version, whole: bool) -> None:
    fused = model(FUSED)
    lora = {"adapter": "lora", "lora_r": 8, "lora_alpha": 8, "lora_target_linear": True, "gradient_checkpointing": True}
    settings = effective(Plan(FULL | lora | {"base_model": FUSED}, axolotl=release), fused, None)
    block = _of(fused, "linear")
    stacks = 2.0 * 3 * block.experts * block.expert_width * fused.hidden
    fixed = max(size for _, size in layer_tape(fused, block, settings).forward.moments)
    assert fixed == pytest.approx((2 if whole else 1) * stacks, rel=0.05)
