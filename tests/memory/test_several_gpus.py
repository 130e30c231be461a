"""What several GPUs and nodes change: what is divided, what is on its way, what the host holds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import FULL, LLAMA_8B, LORA, QLORA, machine, model, plan, reviewed
from wizard.axolotl import deepspeed
from wizard.axolotl.effective import Effective, effective
from wizard.domain.estimate import Estimate
from wizard.domain.version import Version
from wizard.memory import estimate
from wizard.memory.activations import activations
from wizard.memory.all_gather import fsdp
from wizard.memory.logits import loss_moments
from wizard.memory.phases import estimate_of
from wizard.memory.static import static
from wizard.memory.timeline import moments
from wizard.memory.tower import images
from wizard.memory.weights import scale_bytes, weight_bytes

MIXTURE = "Qwen/Qwen3-30B-A3B"
FSDP2: dict[str, Any] = {"fsdp_version": 2, "fsdp_config": {"reshard_after_forward": True}}
EXPERT: dict[str, Any] = {"plugins": ["axolotl.integrations.expert_parallel.ExpertParallelPlugin"]}
WITH_FSDP1 = Version(0, 19)
STATES = {1: (1, 1), 2: (1, 0), 3: (0, 0)}
"""Whether a stage leaves weights and gradients whole."""


def of(base: dict[str, object], gpus: str = "8xh100-80gb", name: str = LLAMA_8B, **changes: Any) -> Estimate:
    return estimate(plan(base, **changes), model(name), machine(gpus))


def settings(gpus: str, name: str = LLAMA_8B, **changes: Any) -> Effective:
    return effective(plan({**FULL, **changes}), model(name), machine(gpus))


def zero(stage: int, **more: object) -> dict[str, Any]:
    return {"deepspeed": {"zero_optimization": {"stage": stage, **more}}}


@pytest.mark.parametrize("stage", [1, 2, 3])
@pytest.mark.parametrize("gpus", ["2xh100-80gb", "8xh100-80gb", "4x8xh100-80gb"])
@pytest.mark.parametrize("name", [LLAMA_8B, "google/gemma-2-2b", MIXTURE, "meta-llama/Llama-3.2-1B"])
@pytest.mark.parametrize("attention", ["flash_attention_2", "sdpa"])
def test_never_below_zeros_own_formula(stage: int, gpus: str, name: str, attention: str) -> None:
    """arXiv:1910.02054, 3 and 5: 2 bytes of weights, 2 of gradients, 12 of states for each element."""
    found = of(FULL, gpus, name, optimizer="adamw_torch", attn_implementation=attention, **zero(stage))
    each, count = model(name).parameters, machine(gpus).count
    weights, gradients = ((1 if whole else 1 / count) for whole in STATES[stage])
    assert found.allocated.likely >= 2 * each * weights + 2 * each * gradients + 12 * each / count
    assert found.components["optimizer"] >= 12 * each / count


@pytest.mark.parametrize("gpus", [2, 8])
def test_fsdp2_divides_all_of_it(gpus: int) -> None:
    found = of(FULL, f"{gpus}xh100-80gb", **FSDP2)
    parts = found.components["weights"] + found.components["optimizer"]
    assert parts == pytest.approx(6 * model().parameters / gpus, rel=0.01)
    assert found.allocated.likely >= 8 * model().parameters / gpus


def test_a_shipped_zero_2_offloads_its_optimizer() -> None:
    found = of(FULL, deepspeed="deepspeed_configs/zero2.json")
    assert found.components["optimizer"] == 0
    assert found.host["offloaded"] > 16 * model().parameters
    assert found.allocated.likely >= 2 * model().parameters  # deepspeed's estimate_zero2_model_states_mem_needs
    kept = of(FULL, **zero(2))
    assert kept.components["optimizer"] == pytest.approx(12 * model().parameters / 8, rel=0.001)


def test_the_sizes_of_shipped_files_and_of_ones_own() -> None:
    three = deepspeed.shipped()["zero3_bf16.json"]
    assert (three.stage, three.live, three.group) == (3, 0, 0)
    assert three.bucket(4096) == 4096**2
    assert three.ahead(4096) == 0  # nothing may live beyond the module in use
    own = deepspeed.zero(plan(zero(3, stage3_max_live_parameters=5e8, reduce_bucket_size=1000)))
    assert own is not None
    assert (own.live, own.bucket(4096), own.ahead(4096)) == (5e8, 1000, 5e7)
    assert deepspeed.zero(plan({}, deepspeed="my_own.json")) is None


@pytest.mark.parametrize("stage", [1, 2])
def test_two_buckets_where_they_overlap(stage: int) -> None:
    """Made in full, whatever the size of what is trained, in 16 bits."""
    plain = settings("8xh100-80gb", **zero(stage, overlap_comm=False))
    double = settings("8xh100-80gb", **zero(stage, overlap_comm=True))
    assert static(model(), plain).parts.reducing == 2 * 5e8
    assert static(model(), double).parts.reducing == 4 * 5e8


def test_live_parameters_of_zero_3() -> None:
    sparse, free = of(FULL, **zero(3, max_live_parameters=0)), of(FULL, **zero(3))
    module = 128256 * 4096
    assert free.phases["save"] - sparse.phases["save"] == pytest.approx(2 * (1e9 - module), rel=0.01)


def test_offloaded_parameters_lie_on_the_host() -> None:
    found = of(FULL, deepspeed="zero3_bf16_cpuoffload_all.json")
    assert found.components["weights"] == 0
    assert found.host["offloaded"] > 18 * model().parameters
    two = of(FULL, fsdp_version=2, fsdp_config={"offload_params": True})
    assert (two.components["weights"], two.components["optimizer"], two.components["gradients"]) == (0, 0, 0)
    assert two.host["offloaded"] >= 8 * model().parameters
    assert two.allocated.likely < of(FULL, **FSDP2).allocated.likely


@pytest.mark.parametrize(("pin", "rounds_up"), [({}, True), (True, True), (False, False)])
def test_fsdp_locks_the_pages_that_it_offloads_to_where_nobody_says_no(pin: object, rounds_up: bool) -> None:
    """torch 2.13 distributed/fsdp/_fully_shard/_fsdp_api.py: `CPUOffloadPolicy(pin_memory=True)`."""
    written = {"cpu_offload_pin_memory": pin} if pin != {} else {}
    found = of(FULL, fsdp_version=2, fsdp_config={"offload_params": True, **written})
    held = 8 * model().parameters / 8  # a 16-bit weight, its gradient and Adam's two states, an eighth for each of 8
    assert (found.host["offloaded"] / 8 > 1.2 * held) is rounds_up


def test_without_resharding_the_whole_model_stays() -> None:
    kept = of(FULL, fsdp_version=2, fsdp_config={"reshard_after_forward": False})
    assert kept.allocated.likely >= 2 * model().parameters
    assert kept.allocated.likely > of(FULL, **FSDP2).allocated.likely


def test_fsdp2_gathers_as_torch_does() -> None:
    """What torch 2.13 allocated on a small model beside the shards, in layers and in what lies outside of them."""
    found = settings("8xh100-80gb", **FSDP2)
    layer = 2 * sum(one.total for one in model().tensors if "*" in one.path) / model().layers
    outer = 2 * sum(one.total for one in model().tensors if "*" not in one.path)
    moving = fsdp(model(), found)
    assert moving.lasting == pytest.approx(outer + 2 * layer)
    assert moving.opening == pytest.approx(2 * outer + 2 * layer)
    assert moving.reopening == pytest.approx(2 * outer)
    early = outer - 2 * model().embedding_parameters  # whose gradient comes after all layers'
    assert moving.lasting + moving.reducing == pytest.approx(outer + 3 * layer + 7 / 8 * early)
    assert moving.closing == pytest.approx(outer + layer + 7 / 8 * outer)


@pytest.mark.parametrize(("version", "left"), [(1, 0), (2, 1)])
def test_when_the_loss_is_taken_the_layers_are_given_back(version: int, left: int) -> None:
    written = plan({**FULL, **FSDP2, "fsdp_version": version}).for_axolotl(WITH_FSDP1)
    moving = fsdp(model(), effective(written, model(), machine("8xh100-80gb")))
    layer = 2 * sum(one.total for one in model().tensors if "*" in one.path) / model().layers
    assert moving.ended == pytest.approx((2 - left) * layer)
    kept = settings("8xh100-80gb", fsdp_version=version, fsdp_config={"reshard_after_forward": False})
    assert fsdp(model(), kept).ended == 0


def test_weights_are_gathered_again_when_only_what_the_loss_keeps_is_left() -> None:
    """The plain loss has freed its copies of the logits by then: 4 of 10 bytes a value are left."""
    found = settings("8xh100-80gb", **FSDP2)
    loss = loss_moments(model(), found)
    assert loss.saved == pytest.approx(0.4 * loss.forward)
    known = static(model(), found)
    made = activations(found, known, images(model(), found))
    all_of_them = moments(model(), found, known, made)
    (again,) = [one for phase, one in all_of_them if phase == "backward" and one.temporaries == known.parts.reopening]
    assert again.logits == loss.saved


@pytest.mark.parametrize("division", [FSDP2, {"deepspeed": "zero3.json"}])
def test_scales_of_quantized_weights_are_not_divided(division: dict[str, Any]) -> None:
    four: dict[str, Any] = QLORA
    one = settings("1xh100-80gb", **four)
    eight = settings("8xh100-80gb", **four, **division)
    scales = scale_bytes(model(), one)
    assert scales > 0.03 * weight_bytes(model(), one) / 2
    whole = weight_bytes(model(), eight)
    assert static(model(), eight).parts.weights == pytest.approx(scales + (whole - scales) / 8)


def test_the_host_memory_of_one_node() -> None:
    one, four = of(FULL, "8xh100-80gb", **FSDP2), of(FULL, "4x8xh100-80gb", **FSDP2)
    assert one.host["loading"] == four.host["loading"] == 8 * one.host["loading"] // 8
    first = of(FULL, fsdp_version=2, fsdp_config={"cpu_ram_efficient_loading": True})
    assert first.host["loading"] * 8 == one.host["loading"]
    offloaded = of(FULL, "4x8xh100-80gb", deepspeed="zero2.json").host["offloaded"]
    assert offloaded < of(FULL, "8xh100-80gb", deepspeed="zero2.json").host["offloaded"] / 3


def test_tensor_parallelism_divides_projections_alone() -> None:
    found = of(FULL, "2xh100-80gb", tensor_parallel_size=2)
    whole = model().embedding_parameters + sum(one.total for one in model().tensors if one.kind == "norm")
    expected = 2 * (whole + (model().parameters - whole) / 2)
    assert found.components["weights"] == pytest.approx(expected, rel=0.001)
    assert found.trainable == model().parameters
    assert any("tensor parallelism" in note for note in found.assumptions)


def test_tensor_parallelism_and_fsdp_divide_together() -> None:
    both = of(FULL, tensor_parallel_size=2, **FSDP2)
    alone = of(FULL, **FSDP2)
    assert alone.components["weights"] < both.components["weights"] < 1.3 * alone.components["weights"]


def test_context_parallelism_divides_tokens() -> None:
    long: dict[str, Any] = {"sequence_len": 32768, **FSDP2}
    assert settings("8xh100-80gb", context_parallel_size=4, **long).tokens == 8192
    four, one = of(FULL, context_parallel_size=4, **long), of(FULL, **long)
    divided = loss_moments(model(), settings("8xh100-80gb", context_parallel_size=4, **long))
    assert divided.backward * 4 == loss_moments(model(), settings("8xh100-80gb", **long)).backward
    assert four.allocated.likely < one.allocated.likely / 2
    assert four.components["weights"] == one.components["weights"]
    assert any("Ulysses" in cause.name for cause in four.causes)


def test_expert_parallelism_divides_experts() -> None:
    experts = sum(one.total for one in model(MIXTURE).tensors if one.kind == "experts")
    found = of(FULL, name=MIXTURE, expert_parallel_size=8, **EXPERT)
    expected = 2 * (model(MIXTURE).parameters - experts * 7 / 8)
    assert found.components["weights"] == pytest.approx(expected, rel=0.001)
    alone, both = of(FULL, name=MIXTURE, **FSDP2), of(FULL, name=MIXTURE, expert_parallel_size=8, **EXPERT, **FSDP2)
    assert both.components["weights"] == alone.components["weights"]
    assert both.allocated.likely < alone.allocated.likely
    unlisted = plan(FULL, expert_parallel_size=8)  # up to 0.20 the plugin has to be listed
    for version, listed in ((Version(0, 20), False), (Version(0, 21), True)):
        without = estimate(unlisted.for_axolotl(version), model(MIXTURE), machine("8xh100-80gb"))
        assert (without.components["weights"] == found.components["weights"]) is listed


def test_replicas_hold_the_same() -> None:
    halves = of(FULL, dp_replicate_size=2, dp_shard_size=4, **FSDP2)
    assert halves.components["weights"] == 2 * of(FULL, **FSDP2).components["weights"]
    assert settings("8xh100-80gb", dp_shard_size=4, **FSDP2).sharding.mesh.replicate == 2


def test_rows_that_differ() -> None:
    found = settings("8xh100-80gb", tensor_parallel_size=2, context_parallel_size=2, **FSDP2)
    assert found.sharding.data == 2
    assert settings("8xh100-80gb").sharding.data == 8


def test_a_whole_batch_is_divided_by_the_gpus_with_rows_of_their_own() -> None:
    sizes: dict[str, Any] = {"batch_size": 16, "gradient_accumulation_steps": None, "tensor_parallel_size": 2}
    found = [one for one in reviewed(FULL, "4xh100-80gb", **sizes).findings if one.code == "MW101"]
    assert [one.fix.changes["gradient_accumulation_steps"] for one in found if one.fix] == [8]
    assert "2 GPUs with rows of their own" in found[0].message


@pytest.mark.parametrize("gpus", [None, "h100-80gb"])
def test_sizes_that_do_not_fit_change_nothing(gpus: str | None) -> None:
    sizes = {"tensor_parallel_size": 2, "context_parallel_size": 3}
    where = machine(gpus) if gpus else None
    found = effective(plan(FULL, **sizes), model(), where)
    plain = effective(plan(FULL), model(), where)
    assert estimate_of(found, model()).allocated == estimate_of(plain, model()).allocated
    assert any("not counted" in note for note in found.assumptions)


def test_unequal_gpus_are_taken_as_the_smallest() -> None:
    mixed = machine("h100-80gb,rtx-4090")
    assert mixed.total_bytes == machine("rtx-4090").total_bytes


def held_back(version: int, *, reentrant: bool) -> float:
    base = {**LORA, "fsdp_config": {"reshard_after_forward": True}, "fsdp_version": version}
    kwargs = {"gradient_checkpointing_kwargs": {"use_reentrant": reentrant}}
    found = effective(plan(base, **kwargs).for_axolotl(WITH_FSDP1), model(), machine("2xh100-80gb"))
    return activations(found, static(model(), found)).lasting


def test_fsdp1_around_frozen_layers_holds_their_inputs_back() -> None:
    """A layer's input and its gradient, 2 bytes an element each, until the backward ends (torch, multi-grad hooks)."""
    layers, width, tokens = 32, 4096, 2048
    assert held_back(1, reentrant=True) - held_back(1, reentrant=False) == 4 * layers * width * tokens
    assert held_back(2, reentrant=True) == held_back(2, reentrant=False)


def test_fsdp1_keeps_its_shards_in_fp32() -> None:
    sharded = plan(FULL, fsdp_version=1, fsdp_config={"reshard_after_forward": True})
    found = estimate(sharded.for_axolotl(WITH_FSDP1), model(), machine("8xh100-80gb"))
    assert found.components["weights"] == pytest.approx(4 * model().parameters / 8, rel=0.001)
    assert found.components["optimizer"] == pytest.approx(8 * model().parameters / 8, rel=0.001)
    assert found.allocated.likely >= 16 * model().parameters / 8


@pytest.mark.parametrize("value", [float("inf"), float("nan"), -1, "many", 1e300])
def test_sizes_that_are_none_raise_nothing(value: object) -> None:
    block_of = zero(3, max_live_parameters=value, reduce_bucket_size=value, sub_group_size=value)
    assert of(FULL, **block_of).allocated.likely == of(FULL, **zero(3)).allocated.likely


def test_numbers_without_bounds_raise_nothing() -> None:
    assert of(FULL, sequence_len=1e200, micro_batch_size=1e200).allocated.likely > 0


def test_the_block_of_context_parallelism_divides_as_the_size_does() -> None:
    flat = of(FULL, context_parallel_size=8, attn_implementation="flash_attention_2")
    block = of(FULL, context_parallel={"size": 8}, attn_implementation="flash_attention_2")
    assert flat.phases == block.phases
    assert block.phases["backward"] < of(FULL, attn_implementation="flash_attention_2").phases["backward"]


def test_zero_3_gathers_the_experts_of_a_gpu() -> None:
    """A mixture's block is gathered at once, of expert parallelism's axis one part alone."""
    alone = zero(3, stage3_max_live_parameters=1, stage3_prefetch_bucket_size=1)
    whole, part = (
        static(model(MIXTURE), settings("8xh100-80gb", MIXTURE, **alone, **EXPERT, expert_parallel_size=size))
        for size in (1, 4)
    )
    assert part.parts.flight < whole.parts.flight
