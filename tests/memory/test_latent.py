"""Multi-head latent attention and the mixtures around it, as benchmarks/truth logs them for DeepSeek-V2-Lite."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import model
from wizard.axolotl.effective import Effective, effective
from wizard.domain.model import Block, Model
from wizard.domain.plan import Plan
from wizard.memory.activations import activations
from wizard.memory.static import static
from wizard.memory.tape.layer import layer_tape
from wizard.memory.timeline import moments

LITE = "deepseek-ai/DeepSeek-V2-Lite"
FULL = {"base_model": LITE, "bf16": True, "optimizer": "sgd", "sequence_len": 1024, "micro_batch_size": 4}
FULL |= {"gradient_checkpointing": False, "attn_implementation": "flash_attention_2"}
LORA = FULL | {"adapter": "lora", "lora_r": 16, "lora_alpha": 16, "lora_target_modules": ["o_proj"]}


@pytest.fixture
def lite() -> Model:
    return model(LITE)


def _settings(lite: Model, **changes: object) -> Effective:
    return effective(Plan(FULL | changes), lite, None)


def _around(lite: Model, block: Block) -> float:
    """Bytes a token that the norms and the feed-forward of a trained dense layer keep, and attention's latent."""
    norms = 2 * (8.0 * lite.hidden + 4)
    return norms + 8.0 * block.intermediate + 8.0 * block.kv_rank + 4 + 4.0 * block.heads


def test_flash_attention_keeps_padded_values_and_the_cut_output(lite: Model) -> None:
    block = lite.blocks[0]
    kept = layer_tape(lite, block, _settings(lite)).forward.left(1) - layer_tape(lite, block, _settings(lite)).copies
    wide, narrow = 2.0 * block.heads * block.head_dim, 2.0 * block.heads * block.value_dim
    assert kept == _around(lite, block) + 4 * wide + narrow


def test_sdpa_keeps_values_beside_the_keys_they_were_made_with(lite: Model) -> None:
    block, settings = lite.blocks[0], _settings(lite, attn_implementation="sdpa", embeddings_skip_upcast=True)
    kept = layer_tape(lite, block, settings._replace(embeddings_fp32=False)).forward.left(1)
    wide, narrow = 2.0 * block.heads * block.head_dim, 2.0 * block.heads * block.value_dim
    plain = 2.0 * block.heads * (block.head_dim - block.rope_dim)
    assert kept == _around(lite, block) + 2 * wide + (plain + narrow) + narrow


def test_routing_in_fp32_widens_what_experts_give_back(lite: Model) -> None:
    block, settings = lite.blocks[1], effective(Plan(LORA), lite, None)
    assert block.routing_fp32
    narrow = replace(block, routing_fp32=False)
    peaks = [layer_tape(lite, one, settings).backward.peak(4096) for one in (block, narrow)]
    wider, cast = 3 * 2.0, 2.0  # what is cast back is there beside them
    assert peaks[0] - peaks[1] == pytest.approx((wider + cast) * block.active * lite.hidden * 4096, rel=0.01)


def test_a_router_that_makes_its_input_fp32_keeps_a_copy_where_it_is_trained(lite: Model) -> None:
    block = lite.blocks[1]
    assert block.router_upcasts
    without = replace(block, router_upcasts=False)
    for settings, copy in ((_settings(lite), 2.0 * lite.hidden), (effective(Plan(LORA), lite, None), 0.0)):
        kept = [layer_tape(lite, one, settings).forward.left(1) for one in (block, without)]
        assert kept[0] - kept[1] == copy


def test_gradients_that_are_there_as_the_first_of_the_mixtures_runs_backward(lite: Model) -> None:
    """The dense layer below it has none yet, nor has the embedding; its own are in its tape."""
    settings = _settings(lite)
    known = static(lite, settings)
    found = [moment.gradients for phase, moment in moments(lite, settings, known, activations(settings, known))]
    dense, sparse = (tape.own for _, tape in known.tapes)
    embedding = 2.0 * lite.embedding_parameters
    for missing in (dense, dense + sparse):
        expected = known.whole.gradients - embedding - missing
        assert any(one == pytest.approx(expected, rel=1e-4) for one in found)
