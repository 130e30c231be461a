"""What is not a layer, or is one layer's alone: the terms that runs of a few layers showed (truth/few.py)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import FULL, LLAMA_8B, LORA, QLORA, machine, model, plan
from wizard.axolotl.effective import Effective, effective
from wizard.domain.model import Model
from wizard.memory import estimate
from wizard.memory.activations import activations
from wizard.memory.all_gather import units_of
from wizard.memory.static import Static, static
from wizard.memory.tape.engine import Parameter, Tape
from wizard.memory.tape.int8 import product8
from wizard.memory.tape.ops import source
from wizard.memory.tape.stacks import Stack
from wizard.memory.timeline import moments

WINDOWED, PHI, MIXTURE = "google/gemma-3-270m", "microsoft/phi-1_5", "allenai/OLMoE-1B-7B-0924"
KEPT: dict[str, Any] = {"gradient_checkpointing": False, "attn_implementation": "flash_attention_2"}
ATTENTION: dict[str, Any] = {"lora_target_linear": False, "lora_target_modules": ["q_proj", "v_proj"]}


def known(
    name: str, base: dict[str, object], gpus: str | None = None, **changes: Any
) -> tuple[Model, Effective, Static]:
    found = model(name)
    settings = effective(plan(base, base_model=name, **changes), found, machine(gpus) if gpus else None)
    return found, settings, static(found, settings)


@pytest.mark.parametrize(("row", "written"), [(511, 0), (512, 512), (513, 513)])
def test_sdpa_has_a_mask_for_rows_as_long_as_the_window(row: int, written: int) -> None:
    changes: dict[str, Any] = {"attn_implementation": "sdpa", "sequence_len": row, "pad_to_multiple_of": 1}
    found, settings, there = known(WINDOWED, LORA, **changes)
    assert (settings.row, found.blocks[0].window) == (row, 512)
    assert there.mask == written


@pytest.mark.parametrize(("name", "kinds"), [(WINDOWED, 2), (LLAMA_8B, 1)])
def test_eager_attention_has_a_mask_for_each_kind_of_layer(name: str, kinds: int) -> None:
    _, settings, there = known(name, LORA, attn_implementation="eager")
    assert there.mask == kinds * 2 * settings.row


def test_an_evaluation_is_priced_by_its_own_tokens() -> None:
    """Adapted experts are made whole once, however many rows it has."""
    base = {**LORA, "lora_dropout": 0.0, "cut_cross_entropy": True, "val_set_size": 0.1, "base_model": MIXTURE}

    def needed(rows: int, **changes: Any) -> int:
        return estimate(plan(base, eval_batch_size=rows, **changes), model(MIXTURE)).phases["eval"]

    one, four = (needed(rows) - needed(rows, **ATTENTION) for rows in (1, 4))
    assert 0 < one <= four < 1.5 * one


def test_a_saved_embeddings_gradient_comes_last() -> None:
    saved: dict[str, Any] = {"lora_modules_to_save": ["embed_tokens", "lm_head"], "gradient_accumulation_steps": 1}
    found, settings, there = known(LLAMA_8B, LORA, **saved)
    made = activations(settings, there)
    gradients = [one.gradients for phase, one in moments(found, settings, there, made) if phase == "backward"]
    assert max(gradients) == there.parts.gradients
    assert sorted({*gradients})[-2] <= there.parts.gradients - 2 * found.embedding_parameters


def test_fsdp2_gathers_adapters_with_their_layer() -> None:
    fsdp2 = {"fsdp_version": 2, "fsdp_config": {"reshard_after_forward": True}}
    found = model(LLAMA_8B)
    low, high = (units_of(*known(LLAMA_8B, LORA, "8xh100-80gb", lora_r=rank, **fsdp2)[:2]) for rank in (8, 16))
    ends = sum(sum(one.shape) for one in found.tensors if one.kind == "linear")
    assert high.layer - low.layer == high.layer_gradients - low.layer_gradients == 2 * 8 * ends
    assert high.outer == low.outer


def test_the_first_layer_keeps_nothing_that_only_its_input_would_need() -> None:
    """Of a parallel layer the feed-forward, and the norm before both parts."""
    _, settings, there = known(PHI, LORA, **KEPT, **ATTENTION)
    assert there.entering is not None
    (count, tape), (kind, first) = there.tapes[0], there.entering
    tokens = float(settings.tokens)
    kept = activations(settings, there).kept
    assert kind == 0
    assert first.forward.left(tokens) < 0.5 * tape.forward.left(tokens)
    alike = (count - 1) * tape.forward.left(tokens) + first.forward.left(tokens) - count * tape.copies
    assert kept == pytest.approx(alike)


@pytest.mark.parametrize("changes", [{"gradient_checkpointing": True}, {"lora_modules_to_save": ["embed_tokens"]}])
def test_but_where_a_gradient_of_it_is_asked_for(changes: dict[str, object]) -> None:
    assert known(PHI, LORA, **{**KEPT, **ATTENTION, **changes})[2].entering is None


def test_layers_before_the_first_adapter_are_counted_by_kind() -> None:
    found, _, there = known("nvidia/NVIDIA-Nemotron-3-Nano-4B-BF16", LORA, **KEPT, **ATTENTION)
    attention = next(number for number, block in enumerate(found.blocks) if block.mixer == "attention")
    first = found.order.index(attention)
    assert there.entering is not None
    assert there.entering[0] == attention
    assert sum(there.silent) == first > found.order.count(0) / 2
    assert there.silent[attention] == 0


def test_the_last_norms_backward_is_a_moment_where_layers_are_not_checkpointed() -> None:
    found, settings, there = known(LLAMA_8B, FULL, **KEPT)
    assert there.last_norm is not None
    made = activations(settings, there)
    width = found.hidden * settings.tokens  # x, and five more in fp32: as logged
    peaks = [one.activations - made.kept for phase, one in moments(found, settings, there, made) if phase == "backward"]
    assert any(peak == pytest.approx(24 * width, rel=0.01) for peak in peaks)
    assert known(LLAMA_8B, FULL)[2].last_norm is None


@pytest.mark.parametrize(("item", "copied"), [(2, 2), (4, 0)])
def test_the_fold_copies_an_adapter_into_the_experts_dtype(item: int, copied: int) -> None:
    """peft 0.21 `ParamWrapper.get_delta_factors`; the matrices are in fp32 here."""
    tape = Tape()
    stack = Stack(Parameter(100.0, item, trained=False), item, adapter=10.0, folded=True)
    before = tape.meter.fixed
    kept = stack.read(tape)
    assert kept is not None
    assert tape.meter.fixed - before == 100 * item + 10 * copied


@pytest.mark.parametrize(("autocasts", "outliers", "item"), [(True, True, 2), (True, False, 4), (False, True, 4)])
def test_outliers_are_added_in_what_autocast_has(autocasts: bool, outliers: bool, item: int) -> None:
    tape = Tape(autocasts=autocasts)
    x = source(tape, tape.new(8.0, 4))
    assert product8(tape, x, 64.0, 8.0, outliers=outliers).item == item


def test_whether_there_are_outliers_is_in_the_range_of_layer_norms_alone() -> None:
    name = "whether 8-bit products find outliers to add"
    eight = {**QLORA, "adapter": "lora", "load_in_4bit": False, "load_in_8bit": True}
    grown = {
        one: {cause.name: cause.more for cause in estimate(plan(eight, base_model=one), model(one)).causes}.get(name, 0)
        for one in (PHI, LLAMA_8B)
    }
    assert grown[PHI] > 0
    assert grown[LLAMA_8B] == 0
