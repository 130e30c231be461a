"""Runs with settings that a seed drew, on the libraries of Axolotl 0.21, as simulated with the real model code."""

from __future__ import annotations

import statistics
from dataclasses import replace

import pytest

from benchmarks.accuracy.rows import ROOT, read_all
from benchmarks.accuracy.score import score
from tests.builders import FULL, LORA, QLORA, model, plan
from wizard.axolotl.effective import effective
from wizard.memory import estimate
from wizard.memory.logits import loss_moments

CAPPED, PLAIN = "google/gemma-2-2b", "meta-llama/Llama-3.2-1B"


@pytest.mark.parametrize(("file", "most"), [("unseen", 90), ("mixtures", 25)])
def test_simulated_rows_are_met(file: str, most: int) -> None:
    rows, apart = read_all([ROOT / "truth" / f"{file}.jsonl"])
    assert not apart
    assert len(rows) >= most
    found = score(rows)
    errors = sorted(one.error for one in found)
    assert statistics.median(map(abs, errors)) < 0.001
    assert sorted(map(abs, errors))[int(0.95 * len(errors))] < 0.02
    assert errors[0] > -0.03
    assert all(one.covered for one in found)


@pytest.mark.parametrize("rl", ["dpo", "ipo", "orpo", "simpo", "kto", "grpo"])
def test_a_cap_on_the_logits_keeps_its_tangent_under_every_trainer(rl: str) -> None:
    """tanh's result, in 16 bits: 2 bytes a logit more than the same model without a cap has."""
    capped = model(CAPPED)
    settings = effective(plan(LORA, rl=rl, trl={"num_generations": 2}), capped, None)
    with_cap, without = loss_moments(capped, settings), loss_moments(replace(capped, logit_softcap=False), settings)
    tokens = settings.tokens if rl != "grpo" else settings.micro_batch * (settings.answer + 1)
    assert with_cap.forward - without.forward == with_cap.backward - without.backward == 2 * capped.vocab * tokens


def test_adafactors_step_copies_no_weight_that_is_in_fp32() -> None:
    """Embeddings of a full fine-tune that stay so: 8 bytes for each element of them, not 16."""
    tied = model(PLAIN)
    fp32, bf16 = (
        estimate(plan(FULL, optimizer="adafactor", attn_implementation=one), tied).phases["optimizer"]
        for one in ("sdpa", "flash_attention_2")
    )
    wide = 2 * tied.vocab * tied.hidden  # more bytes of weight, and as many of gradient
    assert fp32 - bf16 == pytest.approx(2 * wide - 8 * tied.vocab * tied.hidden, rel=0.01)


def test_an_activation_in_fp32_passes_it_on_through_4_bits() -> None:
    """bitsandbytes' 4-bit layer gives its input's dtype: what passes between Apertus' layers is in fp32 then."""
    apertus = model("swiss-ai/Apertus-8B-2509")
    rounded, plain = (
        estimate(plan(one, gradient_checkpointing=True), apertus).components["activations"] for one in (QLORA, LORA)
    )
    settings = effective(plan(QLORA), apertus, None)
    more = 2 * apertus.hidden * settings.tokens * (apertus.layers - 2)
    assert rounded - plain > more
