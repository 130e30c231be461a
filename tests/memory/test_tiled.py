"""Feed-forwards that run a piece of the row at a time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import FULL, LORA, model, plan
from wizard.axolotl.effective import effective
from wizard.knowledge.models.architecture import build
from wizard.memory import estimate

LLAMA: dict[str, Any] = {
    "model_type": "llama",
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_hidden_layers": 4,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "vocab_size": 32000,
    "tie_word_embeddings": False,
}
RUN: dict[str, Any] = {
    "sequence_len": 8192,
    "gradient_accumulation_steps": 2,
    "plugins": ["axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"],
}
TILED: dict[str, Any] = {"tiled_mlp": True, "tiled_mlp_num_shards": 4}


@pytest.mark.parametrize(
    ("base", "changes", "peak"),
    [
        (FULL, {}, 11_145_827_840),
        (LORA, {}, 4_071_626_752),
        (FULL, {"gradient_checkpointing": False, "gradient_accumulation_steps": 1}, 10_987_558_400),
    ],
)
def test_its_peak_is_near_that_of_its_code(base: dict[str, object], changes: dict[str, Any], peak: int) -> None:
    """Peaks of benchmarks.truth with Axolotl 0.21's `TiledMLP` in LlamaMLP: 4 layers of Llama 3 8B, 1 x 8192."""
    made = estimate(plan(base, **{**RUN, **TILED, **changes}), build(LLAMA, "llama"))
    whole = estimate(plan(base, **{**RUN, **changes}), build(LLAMA, "llama"))
    assert made.phases["backward"] == pytest.approx(peak, rel=0.015)
    assert made.phases["backward"] < 0.96 * whole.phases["backward"]
    assert made.allocated.high >= peak


@pytest.mark.parametrize(
    ("changes", "pieces"),
    [
        ({}, 0),
        ({"tiled_mlp": True}, 1),
        ({"tiled_mlp": True, "sequence_len": 100_000}, 4),
        ({"tiled_mlp": True, "sequence_len": 20_000, "micro_batch_size": 2}, 1),
        ({"tiled_mlp": True, "sequence_len": 20_000, "micro_batch_size": 2, "sample_packing": True}, 2),
        ({"tiled_mlp": True, "sequence_len": 100_000, "tiled_mlp_num_shards": 2}, 2),
        ({"tiled_mlp_num_shards": 2}, 0),
    ],
)
def test_pieces_of_32768_tokens_unless_their_number_is_set(changes: dict[str, Any], pieces: int) -> None:
    assert effective(plan(FULL, **changes), model(), None).tiles == pieces


def test_axolotls_kernel_and_experts_run_whole_rows() -> None:
    for base, name in (({**LORA, "lora_mlp_kernel": True}, "meta-llama/Llama-3.1-8B"), (LORA, "Qwen/Qwen3-30B-A3B")):
        whole, tiled = (estimate(plan(base, **changes), model(name)) for changes in ({}, TILED))
        assert tiled.allocated == whole.allocated
