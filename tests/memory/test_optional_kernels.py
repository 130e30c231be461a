"""Kernels that are installed apart, streams that keep blocks of their own, and heads too wide for FlashAttention-2."""

from __future__ import annotations

from typing import Any

from tests.builders import FULL, LLAMA_8B, LORA, QLORA, machine, model, plan, reviewed
from wizard.axolotl.effective import effective
from wizard.domain.estimate import Estimate
from wizard.domain.units import GIB
from wizard.memory import estimate
from wizard.memory.all_gather import apart
from wizard.memory.runtime import CONTEXT, LARGE_CONTEXT

GEMMA = "google/gemma-4-12B"
FALCON = "tiiuae/Falcon-H1-7B-Base"
MIXTURE = "zai-org/GLM-4.7-Flash"
PACKED: dict[str, Any] = {"sample_packing": True, "attn_implementation": "flash_attention_2"}
CUT: dict[str, Any] = {"plugins": ["axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"]}
FSDP2: dict[str, Any] = {"fsdp_version": 2, "fsdp_config": {"reshard_after_forward": True}}


def estimated(base: dict[str, object], name: str = LLAMA_8B, gpu: str | None = None, **changes: Any) -> Estimate:
    found = reviewed(base, gpu, name, **changes).estimate
    assert found is not None
    return found


def causes(of: Estimate) -> dict[str, tuple[int, int]]:
    return {cause.name: (cause.less, cause.more) for cause in of.causes}


def test_gemma_4s_hybrid_gives_its_wide_heads_to_the_memory_efficient_kernel() -> None:
    base = {**LORA, **PACKED, "sequence_len": 2048, "gradient_checkpointing": False}
    plain, hybrid = estimated(base, GEMMA), estimated(base, GEMMA, gemma4_hybrid_attn_impl=True)
    wide = [block for block in model(GEMMA).blocks if block.head_dim > 256]
    assert {block.kv_heads for block in wide} == {1}  # so that keys and values are not repeated
    kept = 2 * 2048  # the mask in 16 bits
    layers = sum(block.count for block in wide)
    grown = hybrid.phases["backward"] - plain.phases["backward"]
    assert abs(grown / (kept * layers * 2048) - 1) < 0.1


def test_a_mask_is_written_out_only_for_packed_rows() -> None:
    base = {**LORA, "attn_implementation": "flash_attention_2", "gemma4_hybrid_attn_impl": True}
    settings = effective(plan(base), model(GEMMA), None)
    assert settings.wide_heads == "causal"
    assert effective(plan({**base, **PACKED}), model(GEMMA), None).wide_heads == "masked"
    assert effective(plan({**base, "gemma4_hybrid_attn_impl": False}), model(GEMMA), None).wide_heads == ""


def test_narrow_heads_do_not_care_for_the_hybrid() -> None:
    base = {**LORA, **PACKED}
    assert estimated(base, gemma4_hybrid_attn_impl=True).allocated == estimated(base).allocated


def test_packed_rows_need_mambas_kernels_from_0_21_on() -> None:
    name = "without the mamba-ssm kernels"
    base = {**LORA, **PACKED}

    def falls_back(**changes: Any) -> bool:
        return any(name in cause for cause in causes(estimated(base, FALCON, **changes)))

    assert not falls_back()
    assert falls_back(sample_packing=False)
    assert not effective(plan({**base, "sample_packing": False}), None, None).mamba.needs_kernels


def test_xielus_kernel_is_named_and_spares_what_python_keeps() -> None:
    name = "swiss-ai/Apertus-8B-Instruct-2509"
    base = {**LORA, **PACKED, **CUT, "gradient_checkpointing": False, "sequence_len": 2048, "micro_batch_size": 1}
    less, more = causes(estimated(base, name))["the XIELU package, whose kernel keeps its input alone"]
    wide = model(name)
    assert (less, more) == (9 * wide.blocks[0].intermediate * 2048 * wide.layers, 0)


def test_streams_of_fsdp2_keep_what_is_gathered_and_reduced_for_themselves() -> None:
    outer = 2 * 2 * 128256 * 4096
    layer = (model(LLAMA_8B).parameters * 2 - outer) / 32
    for changes, coming in (({}, 0.0), ({"offload_params": True}, outer / 8)):
        config = {**FSDP2, "fsdp_config": {**FSDP2["fsdp_config"], **changes}}
        settings = effective(plan({**FULL, **config}), model(LLAMA_8B), machine("8xh100-80gb"))
        expected = 2 * layer + coming + outer / 8
        assert abs(apart(model(LLAMA_8B), settings) / expected - 1) < 0.01
    assert apart(model(LLAMA_8B), effective(plan(FULL), model(LLAMA_8B), machine("8xh100-80gb"))) == 0


def test_experts_out_of_4_bits_widen_the_range_by_three_layers_of_them() -> None:
    base = {**QLORA, "quantize_moe_experts": True, **CUT}
    less, more = causes(estimated(base, MIXTURE))["what experts taken out of 4 bits leave in the allocator"]
    experts = 64 * 3 * 1536 * 2048
    assert less == 0
    assert abs(more / (6 * experts) - 1) < 0.03


def test_whole_logits_leave_more_fragments() -> None:
    plain, cut = estimated(LORA), estimated(LORA, **CUT)
    room = [one.device.high - one.allocated.high for one in (plain, cut)]
    assert room[0] - room[1] > 0.15 * plain.components["logits"]
    assert room[0] < 3 * GIB


def test_what_waits_in_host_memory_comes_through_buffers_of_the_same_size() -> None:
    config = {**FULL, **FSDP2, "fsdp_config": {**FSDP2["fsdp_config"], "offload_params": True}}
    here, away = (
        causes(estimate(plan(one), model(LLAMA_8B), machine("8xh100-80gb")))["communication buffers"][1]
        for one in ({**FULL, **FSDP2}, config)
    )
    assert 0.2 * here < away < here


def test_a_large_gpu_may_have_a_larger_context() -> None:
    highs = [
        one.device.high - one.allocated.high
        for one in (estimate(plan(LORA), model(LLAMA_8B), machine(name)) for name in ("24GiB", "a100-80gb"))
    ]
    assert highs[1] - highs[0] == LARGE_CONTEXT - CONTEXT.high
