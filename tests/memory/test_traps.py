"""The eighteen things an estimate of training memory must know, each with its test."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import FULL, LLAMA_1B, LLAMA_8B, LORA, QLORA, machine, model, plan, reviewed
from wizard.axolotl.effective import effective
from wizard.domain.estimate import Estimate
from wizard.domain.plan import REMOVE
from wizard.domain.units import GIB
from wizard.domain.version import Version
from wizard.memory.optimizer import state_bytes
from wizard.memory.weights import weight_bytes


def estimated(base: dict[str, object], name: str = LLAMA_8B, gpu: str | None = None, **changes: Any) -> Estimate:
    found = reviewed(base, gpu, name, **changes).estimate
    assert found is not None
    return found


def weights(base: dict[str, object], name: str = LLAMA_8B, **changes: Any) -> float:
    return weight_bytes(model(name), effective(plan(base, **changes), model(name), None))


CUT: dict[str, Any] = {
    "plugins": ["axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"],
    "cut_cross_entropy": True,
}
LIGER: dict[str, Any] = {
    "plugins": ["axolotl.integrations.liger.LigerPlugin"],
    "liger_fused_linear_cross_entropy": True,
}


def test_1_the_plain_loss_costs_12_bytes_a_logit_and_fused_ones_next_to_none() -> None:
    values = 128256 * 2048
    assert estimated(LORA).components["logits"] == 12 * values
    assert estimated(LORA, **LIGER).components["logits"] == 0
    evaluating = estimated(LORA, **LIGER, val_set_size=0.1)
    assert evaluating.phases["eval"] - evaluating.phases["load"] > 8 * values


def test_1_cut_cross_entropy_makes_no_logits_in_evaluation_either() -> None:
    without, evaluating = estimated(LORA, **CUT), estimated(LORA, **CUT, val_set_size=0.1)
    assert evaluating.allocated == without.allocated
    assert evaluating.phases["eval"] < without.phases["backward"]


def test_1_a_soft_cap_adds_a_copy() -> None:
    name = "google/gemma-2-9b"
    assert estimated(LORA, name).components["logits"] == 14 * 256000 * 2048


def test_2_foreach_adamw_needs_a_copy_of_the_gradients_in_its_step() -> None:
    fused, foreach = estimated(FULL), estimated(FULL, optimizer="adamw_torch")
    gradients = 2 * model().parameters
    assert foreach.phases["optimizer"] - fused.phases["optimizer"] == pytest.approx(gradients, rel=0.001)


def test_3_adafactor_keeps_little_and_steps_on_the_largest_tensor() -> None:
    states = state_bytes(model(), effective(plan(FULL, optimizer="adafactor"), model(), None))
    assert states.resident < 0.02 * GIB
    assert 16 <= states.step / (128256 * 4096) <= 18


@pytest.mark.parametrize(("name", "each"), [(LLAMA_8B, 2.42), (LLAMA_1B, 3.30)])
def test_4_8_bit_adam_keeps_embeddings_in_fp32(name: str, each: float) -> None:
    states = state_bytes(model(name), effective(plan(FULL, optimizer="adamw_bnb_8bit"), model(name), None))
    assert states.resident / model(name).parameters == pytest.approx(each, abs=0.01)


def test_5_small_tensors_are_not_paged() -> None:
    states = state_bytes(model(LLAMA_1B), effective(plan(LORA, optimizer="paged_adamw_32bit"), model(LLAMA_1B), None))
    assert 0.3 < states.resident / (states.resident + states.paged) < 0.7


def test_6_without_flash_attention_a_full_fine_tune_keeps_embeddings_in_fp32() -> None:
    assert weights(FULL) / GIB == pytest.approx(14.96, abs=0.02)
    assert weights(FULL, attn_implementation="sdpa") / GIB == pytest.approx(16.92, abs=0.02)
    assert weights(FULL, attn_implementation=None) / GIB == pytest.approx(16.92, abs=0.02)
    assert weights(FULL, attn_implementation="sdpa", **CUT) / GIB == pytest.approx(14.96, abs=0.02)


def test_7_lora_kernels_are_on_by_themselves_and_save_much() -> None:
    unset = dict.fromkeys(("lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel", "lora_embedding_kernel"), REMOVE)
    bare = {name: value for name, value in LORA.items() if name not in unset}
    settings: dict[str, Any] = {"micro_batch_size": 2, "gradient_checkpointing": False, **CUT}
    automatic, peft = estimated(bare, **settings), estimated(LORA, **settings)
    assert automatic.allocated.likely / GIB == pytest.approx(31.3, rel=0.02)
    assert peft.allocated.likely / GIB == pytest.approx(42.5, rel=0.02)


def test_8_checkpointing_without_kwargs_is_reentrant_before_0_21_and_adapters_are_fp32() -> None:
    bare = {name: value for name, value in LORA.items() if name != "gradient_checkpointing_kwargs"}
    zero3 = plan(bare, deepspeed="deepspeed_configs/zero3_bf16.json")
    for version, kind in (
        (Version(0, 19), "reentrant"),
        (Version(0, 20), "reentrant"),
        (Version(0, 21), "non_reentrant"),
    ):
        assert effective(plan(bare).for_axolotl(version), model(), None).checkpointing == kind
        assert effective(zero3.for_axolotl(version), model(), None).checkpointing == "reentrant"
    assert effective(plan(bare, rl="dpo"), model(), None).checkpointing == "non_reentrant"
    found = estimated(LORA)
    assert found.trainable == 41_943_040
    assert found.components["adapter"] == 4 * found.trainable
    counters = 512 * 2 * 32 * 7  # one step count for each matrix: seven layers in each of 32, two matrices each
    assert found.components["optimizer"] == 8 * found.trainable + counters


@pytest.mark.parametrize(
    ("name", "size"), [(LLAMA_8B, 5.31), ("meta-llama/Llama-3.1-70B", 36.8), ("google/gemma-2-9b", 5.71)]
)
def test_9_qlora_freezes_linear_layers_in_four_bits(name: str, size: float) -> None:
    assert weights(QLORA, name) / GIB == pytest.approx(size, abs=0.05)


def test_10_experts_are_not_quantized_unless_asked_and_mostly_become_fp32() -> None:
    name = "Qwen/Qwen3-30B-A3B"
    assert weights(QLORA, name) / GIB == pytest.approx(109.6, abs=0.2)
    assert weights(QLORA, name, quantize_moe_experts=True) / GIB < 17
    divided = effective(plan(QLORA, deepspeed="deepspeed_configs/zero3_bf16.json"), model(name), machine("2xh100-80gb"))
    assert weight_bytes(model(name), divided) / GIB == pytest.approx(55.6, abs=0.2)


def test_11_fp32_weights_bring_bf16_copies_through_the_forward() -> None:
    wide: dict[str, Any] = {"bf16": False, "fp16": False}
    settings = effective(plan(FULL, **wide), model(), None)
    assert settings.weights_fp32
    assert weights(FULL, **wide) == pytest.approx(4 * model().parameters)


@pytest.mark.parametrize(("loss", "times"), [({}, 2), (CUT, 1)])
def test_12_tied_embeddings_meet_their_gradient(loss: dict[str, Any], times: int) -> None:
    """The plain loss's gradient of lm_head is a view, so that autograd makes the sum in a third tensor."""
    found = estimated(FULL, LLAMA_1B, micro_batch_size=1, sequence_len=64, **loss)
    parameters, head = model(LLAMA_1B).parameters, 2 * 128256 * 2048
    assert found.allocated.likely == pytest.approx(8 * parameters + times * head, rel=0.01)


def test_13_ligers_loss_makes_the_weight_gradient_in_the_forward() -> None:
    found = estimated(FULL, **LIGER, sequence_len=64)
    assert found.phases["backward"] >= found.phases["forward"]


def test_14_eager_attention_keeps_scores() -> None:
    settings: dict[str, Any] = {"sequence_len": 8192, "gradient_checkpointing": False}
    more = estimated(LORA, attn_implementation="eager", **settings).phases["forward"]
    less = estimated(LORA, **settings).phases["forward"]
    assert (more - less) / (6 * 32 * 8192 * 8192 * 32) == pytest.approx(1.0, rel=0.05)


def test_14_clipping_costs_nothing() -> None:
    assert estimated(FULL, max_grad_norm=1.0).allocated == estimated(FULL).allocated


def test_15_lora_with_load_in_4bit_is_not_quantized() -> None:
    assert effective(plan(LORA, load_in_4bit=True), model(), None).quantization == "none"
    assert weights(LORA, load_in_4bit=True) >= weights(LORA)


def test_16_packing_is_priced_as_full_rows_and_packed_evaluation_uses_the_training_batch() -> None:
    packed = estimated(LORA, sample_packing=True, micro_batch_size=2)
    assert packed.allocated.likely == estimated(LORA, micro_batch_size=2).allocated.likely
    settings = effective(plan(LORA, sample_packing=True, eval_batch_size=8), model(), None)
    assert settings.eval_batch == 1


def test_17_nvidia_smi_shows_more_than_pytorch_allocates() -> None:
    plain, fused = estimated(LORA), estimated(LORA, **LIGER)
    assert plain.nvidia_smi_bytes >= 1.27 * plain.allocated.likely * 0.999
    assert fused.nvidia_smi_bytes >= 1.12 * fused.allocated.likely * 0.999


def test_18_one_gpu_8_bytes_a_parameter_deepspeed_16() -> None:
    alone = estimated(FULL, sequence_len=64)
    assert alone.allocated.likely / model().parameters == pytest.approx(8, rel=0.02)
    sharded = estimated(FULL, gpu="8xa100-80gb", deepspeed="deepspeed_configs/zero3_bf16.json", sequence_len=64)
    held = sum(sharded.components[part] for part in ("weights", "gradients", "optimizer"))
    assert held * 8 / model().parameters == pytest.approx(16, rel=0.02)
