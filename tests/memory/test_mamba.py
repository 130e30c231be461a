"""Mamba's layers: what their kernels keep and make, which code runs, and what the range says of the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import model
from wizard.axolotl.effective import Effective, effective
from wizard.axolotl.mamba import mamba_code
from wizard.domain.model import Block, Model
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.memory import estimate_of
from wizard.memory.static import passing_tapes, static
from wizard.memory.tape.engine import Parameter, Tape
from wizard.memory.tape.layer import layer_tape
from wizard.memory.tape.ops import source
from wizard.memory.tape.scan import Scan, Weights, chunk_scan, whole_scan
from wizard.memory.uncertainty_mamba import without_kernels
from wizard.memory.weights import tensor_bytes

GRANITE, FALCON, BARE = "ibm-granite/granite-4.0-h-1b-base", "tiiuae/Falcon-H1-7B-Base", "tiiuae/Falcon-H1-0.5B-Base"
NEMOTRON, JAMBA = "nvidia/NVIDIA-Nemotron-Nano-9B-v2", "ai21labs/Jamba-v0.1"
FULL: dict[str, Any] = {"bf16": True, "optimizer": "sgd", "sequence_len": 2048, "micro_batch_size": 1}
FULL |= {"attn_implementation": "flash_attention_2", "gradient_checkpointing": False}
FULL |= {"cut_cross_entropy": True, "plugins": ["axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"]}
LORA: dict[str, Any] = {"adapter": "lora", "lora_r": 8, "lora_alpha": 8, "lora_target_modules": ["in_proj"]}
QLORA: dict[str, Any] = LORA | {"adapter": "qlora", "load_in_4bit": True}
SCAN = Scan(4096.0, 64.0, 1.0, 128.0, 256.0)


def _settings(name: str, axolotl: tuple[int, int] = (0, 21), **changes: Any) -> Effective:
    return effective(Plan(FULL | {"base_model": name} | changes, axolotl=Version(*axolotl)), model(name), None)


def _mamba(of: Model) -> Block:
    return next(block for block in of.blocks if block.mixer == "mamba")


def _kept(of: Model, block: Block, settings: Effective) -> float:
    return layer_tape(of, block, settings).forward.left(1.0)


def _weights(*, normed: bool, copied: bool = False) -> Weights:
    conv, out = Parameter(4.0, 2, trained=False), Parameter(4096.0 * 2048, 2, trained=False)
    return Weights(conv, Parameter(4096.0, 2, trained=False) if normed else None, out, copied, 2048.0)


def test_shapes_of_the_scan_come_from_the_config() -> None:
    block = _mamba(model(NEMOTRON))
    assert (block.mixer_heads, block.key_heads, block.chunk, block.kernel) == (128, 8, 128, 4)
    assert block.gated_norm
    assert not _mamba(model(BARE)).gated_norm
    jamba = _mamba(model(JAMBA))
    assert (jamba.mixer_heads, jamba.rank) == (0, 256)


@pytest.mark.parametrize("normed", [True, False])
def test_the_one_kernel_keeps_its_input_and_the_scans_output(normed: bool) -> None:
    tape = Tape()
    entered = source(tape, tape.new(SCAN.entered, 2))
    start, _ = tape.meter.mark()
    out = whole_scan(tape, SCAN, entered, _weights(normed=normed))
    kept = tape.meter.token - start - 2 * out.width
    assert kept == 2 * SCAN.inner + (4 * SCAN.groups if normed else 0)


def test_a_wider_out_proj_is_copied_and_kept() -> None:
    tape = Tape()
    entered = source(tape, tape.new(SCAN.entered, 2))
    out = whole_scan(tape, SCAN, entered, _weights(normed=True, copied=True))
    assert out.node is not None
    assert tape.meter.fixed == 2 * 4096 * 2048


def test_the_one_kernels_backward_makes_the_states_in_fp32_twice_and_every_weights_gradient() -> None:
    tape = Tape()
    entered = source(tape, tape.new(SCAN.entered, 2))
    out = whole_scan(tape, SCAN, entered, _weights(normed=True))
    assert out.node is not None
    node, slot, gradient = out.node, out.slot, [tape.new(2048.0, 2)]
    del out, entered
    start, _ = tape.meter.mark()
    tape.run_backward(node, slot, gradient)
    states = SCAN.inner * SCAN.state / SCAN.chunk
    around = 2 * (3 * SCAN.inner + 2 * SCAN.mixed + SCAN.entered)  # outputs anew, the convolution's, their gradients
    scores, steps = 4 * SCAN.groups * SCAN.chunk, (2 + 4 + 4) * SCAN.heads
    peak = max(token for token, _ in tape.meter.seen()) - start
    assert peak == around + scores + steps + states * (4 + 4 + 2 + 2)
    assert max(fixed for _, fixed in tape.meter.seen()) >= 2 * 4096 * 2048


def test_the_scan_alone_keeps_its_inputs_beside_its_output() -> None:
    tape = Tape()
    widths = (SCAN.inner, SCAN.heads, SCAN.state, SCAN.state)
    inputs = tuple(source(tape, tape.new(width, 2)) for width in widths)
    chunk_scan(tape, SCAN, inputs)
    held = tape.meter.token
    del inputs
    assert tape.meter.token == 0  # nothing holds the output
    assert held == 2 * sum(widths)


def test_attention_beside_mamba_is_counted() -> None:
    falcon, settings = model(FALCON), _settings(FALCON)
    block = _mamba(falcon)
    assert block.heads
    alone = replace(block, heads=0)
    assert _kept(falcon, block, settings) - _kept(falcon, alone, settings) > 2.0 * 2 * block.q_width


@pytest.mark.parametrize(
    ("name", "changes", "code"),
    [
        (GRANITE, {}, "whole"),
        (GRANITE, QLORA, "plain"),
        (GRANITE, LORA | {"load_in_8bit": True}, "whole"),
        (GRANITE, {"sample_packing": True}, "scanned"),
        (NEMOTRON, {"sample_packing": True}, "whole"),
        ("ibm-granite/granite-4.0-350m-base", QLORA, "whole"),
        (FALCON, QLORA, "whole"),
        (NEMOTRON, LORA, "whole"),
        (NEMOTRON, QLORA, "scanned"),
        (NEMOTRON, LORA | {"load_in_8bit": True}, "scanned"),
    ],
)
def test_which_code_a_mamba_layer_runs(name: str, changes: dict[str, Any], code: str) -> None:
    settings = effective(Plan(FULL | {"base_model": name} | changes), model(name), None)
    assert settings.mamba.code == code
    if any(block.mixer == "mamba" for block in model(name).blocks):
        assert mamba_code(model(name), settings.quantization, packs=False, context=2) == "scanned"


def test_the_one_kernel_is_for_training_alone() -> None:
    granite, settings = model(GRANITE), _settings(GRANITE, gradient_checkpointing=True)
    trained, passing = static(granite, settings), passing_tapes(granite, settings, static(granite, settings))
    forwards = [[tape.forward for _, tape in tapes] for tapes in (passing, trained.tapes)]
    assert forwards[0] == [
        tape.forward
        for _, tape in static(granite, settings._replace(mamba=settings.mamba._replace(code="scanned"))).tapes
    ]
    assert forwards[0] != forwards[1]
    llama = model("NousResearch/Meta-Llama-3-8B")
    plain = _settings(llama.id, gradient_checkpointing=True)
    assert passing_tapes(llama, plain, static(llama, plain)) is static(llama, plain).tapes


def test_falcons_out_proj_stays_beside_4_bits_in_fp32() -> None:
    settings = _settings(FALCON, **QLORA)
    of = {
        name: [one for one in model(name).tensors if one.path.endswith("mamba.out_proj")] for name in (FALCON, GRANITE)
    }
    assert tensor_bytes(of[FALCON][0], settings) == 4 * of[FALCON][0].total
    assert tensor_bytes(of[FALCON][0], _settings(FALCON)) == 2 * of[FALCON][0].total
    assert tensor_bytes(of[GRANITE][0], settings) < of[GRANITE][0].total
    copies = [
        layer_tape(model(FALCON), _mamba(model(FALCON)), one).forward.net[1] for one in (settings, _settings(FALCON))
    ]
    assert copies[0] - copies[1] > 2.0 * of[FALCON][0].numel


def test_nemotrons_4_bit_layers_pass_fp32_on() -> None:
    nemotron = model(NEMOTRON)
    narrow, wide = (layer_tape(nemotron, _mamba(nemotron), _settings(NEMOTRON, **one)) for one in (LORA, QLORA))
    assert wide.stream[0] == 2 * narrow.stream[0] == 4.0 * nemotron.hidden


@pytest.mark.parametrize("name", [GRANITE, FALCON, NEMOTRON])
@pytest.mark.parametrize("checkpointing", [True, False])
def test_without_kernels_the_range_reaches_transformers_own_code(name: str, checkpointing: bool) -> None:
    settings = _settings(name, **LORA, gradient_checkpointing=checkpointing)
    plain = estimate_of(settings._replace(mamba=settings.mamba._replace(code="plain")), model(name))
    found = estimate_of(settings, model(name))
    assert found.allocated.likely < plain.allocated.likely <= found.allocated.high


def test_older_transformers_write_products_of_tokens_and_states_out() -> None:
    granite = model(GRANITE)
    old, new = (without_kernels(granite, _settings(GRANITE, axolotl=one)) for one in ((0, 20), (0, 21)))
    block = _mamba(granite)
    assert old - new == pytest.approx(3 * 4 * block.chunk * block.mixer_heads * block.key_width * 2048)


def test_packed_rows_have_their_kernels() -> None:
    assert without_kernels(model(FALCON), _settings(FALCON, sample_packing=True)) == 0
    assert without_kernels(model(FALCON), _settings(FALCON)) > 0


def test_mamba_1_keeps_a_state_a_token_without_its_kernel() -> None:
    jamba = model(JAMBA)
    kept, again = (
        without_kernels(jamba, _settings(JAMBA, **LORA, gradient_checkpointing=one)) for one in (False, True)
    )
    state, layers = 8192 * 16 * 2048, 28
    assert kept == pytest.approx((14 * layers + 16) * state)
    assert again == pytest.approx(30 * state)


def test_lora_finds_granites_own_names_of_a_feed_forward() -> None:
    granite = model(GRANITE)
    block = _mamba(granite)
    named = LORA | {"lora_target_modules": ["input_linear", "output_linear"]}
    with_feed, without = (layer_tape(granite, block, _settings(GRANITE, **one)).own for one in (named, LORA))
    width, hidden = block.intermediate, granite.hidden
    in_proj = 4.0 * 8 * (hidden + 2 * block.mixer_width + 2 * block.key_width + block.mixer_heads)
    assert without == in_proj
    assert with_feed == 4.0 * 8 * (hidden + 2 * width + width + hidden)


def test_jambas_mamba_layers_stay_beside_8_bits_alone() -> None:
    settings = {name: _settings(JAMBA, **one) for name, one in (("8", LORA | {"load_in_8bit": True}), ("4", QLORA))}
    mamba = [one for one in model(JAMBA).tensors if ".mamba." in one.path and one.kind == "linear"]
    assert {one.module for one in mamba} == {"in_proj", "x_proj", "dt_proj", "out_proj"}
    assert all(tensor_bytes(one, settings["8"]) == 4 * one.total for one in mamba)
    assert all(tensor_bytes(one, settings["4"]) < one.total for one in mamba)
