"""What must hold of every estimate, whatever the plan."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wizard.domain.estimate import COMPONENTS, Estimate
from wizard.domain.plan import Plan
from wizard.knowledge.models.catalogue import built, catalogue
from wizard.knowledge.optimizers import optimizers
from wizard.memory import estimate

MODELS = [
    "meta-llama/Llama-3.2-1B",
    "Qwen/Qwen3-8B",
    "google/gemma-2-9b",
    "microsoft/phi-4",
    "Qwen/Qwen3-30B-A3B",
    "tiiuae/Falcon-H1-0.5B-Base",
    "openai/gpt-oss-20b",
    "zai-org/GLM-4.5-Air",
]
METHODS: list[dict[str, object]] = [
    {},
    {"adapter": "lora", "lora_target_linear": True},
    {"adapter": "lora", "lora_target_modules": ["q_proj", "v_proj"], "peft_use_dora": True},
    {"adapter": "lora", "load_in_8bit": True, "lora_target_linear": True},
    {"adapter": "qlora", "load_in_4bit": True, "lora_target_linear": True, "lora_modules_to_save": ["lm_head"]},
]
PLANS = st.fixed_dictionaries(
    {
        "sequence_len": st.integers(1, 16384),
        "micro_batch_size": st.integers(1, 16),
        "gradient_accumulation_steps": st.integers(1, 4),
        "lora_r": st.integers(1, 256),
        "lora_dropout": st.sampled_from([0.0, 0.05]),
        "bf16": st.sampled_from([True, False, "auto"]),
        "fp16": st.sampled_from([None, True]),
        "attn_implementation": st.sampled_from([None, "sdpa", "eager", "flash_attention_2", "flex_attention"]),
        "gradient_checkpointing": st.sampled_from([False, True, "offload"]),
        "gradient_checkpointing_kwargs": st.sampled_from([None, {"use_reentrant": True}, {"use_reentrant": False}]),
        "optimizer": st.sampled_from(sorted(optimizers())),
        "val_set_size": st.sampled_from([0, 0.1]),
        "rl": st.sampled_from([None, None, "dpo", "kto", "orpo", "simpo", "grpo"]),
        "sample_packing": st.booleans(),
        "chunked_cross_entropy": st.sampled_from([None, True]),
    }
)
CASES = st.builds(lambda values, method: {**values, **method}, PLANS, st.sampled_from(METHODS))
EACH = given(values=CASES, model=st.sampled_from(MODELS))
MANY = settings(max_examples=150, deadline=None)


def of(values: dict[str, Any], model: str, **changes: object) -> Estimate:
    return estimate(Plan({**values, **changes}), built(model))


@EACH
@MANY
def test_components_are_whole_and_add_up(values: dict[str, Any], model: str) -> None:
    found = of(values, model)
    assert set(found.components) == set(COMPONENTS)
    assert all(size >= 0 for size in found.components.values())
    assert sum(found.components.values()) - found.components["runtime"] == found.allocated.likely
    assert found.allocated.low <= found.allocated.likely <= found.allocated.high
    assert found.device.low <= found.device.likely <= found.device.high
    assert found.allocated.likely < found.device.likely <= found.nvidia_smi_bytes
    trained = max(size for phase, size in found.phases.items() if phase != "load")
    assert found.allocated.likely == trained == found.phases[found.peak_phase]


@EACH
@MANY
@pytest.mark.parametrize("key", ["micro_batch_size", "sequence_len", "lora_r"])
def test_more_never_needs_less(key: str, values: dict[str, Any], model: str) -> None:
    # bitsandbytes pages the states of tensors of 100,000 elements and more: a larger rank may leave the GPU. States in
    # 8 and 4 bits are of tensors of 4,096 elements and more: those of a smaller rank are in fp32
    assume(key != "lora_r" or not any(word in values["optimizer"] for word in ("paged", "bit")))
    less, more = of(values, model), of(values, model, **{key: 2 * values[key]})
    assert less.allocated.likely <= more.allocated.likely
    assert less.device.high <= more.device.high


@EACH
@MANY
def test_checkpointing_never_adds_to_what_is_kept(values: dict[str, Any], model: str) -> None:
    with_it = of(values, model, gradient_checkpointing=True)
    without = of(values, model, gradient_checkpointing=False)
    assert with_it.phases["forward"] <= without.phases["forward"]


@EACH
@MANY
def test_offloading_activations_never_adds(values: dict[str, Any], model: str) -> None:
    stay, leave = (of(values, model, gradient_checkpointing=on) for on in (True, "offload"))
    assert leave.allocated.likely <= stay.allocated.likely
    assert leave.allocated.high <= stay.allocated.high
    assert leave.device.high <= stay.device.high


@given(values=PLANS, model=st.sampled_from(MODELS))
@MANY
def test_qlora_never_exceeds_lora(values: dict[str, Any], model: str) -> None:
    """The experts of a mixture would become fp32."""
    assume(not built(model).moe)
    lora = {"adapter": "lora", "lora_target_linear": True, "lora_mlp_kernel": False}
    whole, packed = of(values, model, **lora), of(values, model, **{**lora, "adapter": "qlora", "load_in_4bit": True})
    assert packed.components["weights"] <= whole.components["weights"]


@given(layers=st.integers(2, 60), values=CASES)
@MANY
def test_more_layers_never_need_less(layers: int, values: dict[str, Any]) -> None:
    from wizard.knowledge.models.architecture import build

    config = catalogue()["Qwen/Qwen3-8B"].config
    fewer, more = (build({**config, "num_hidden_layers": count}, "some") for count in (layers, layers + 1))
    plan = Plan(values)
    assert estimate(plan, fewer).allocated.likely <= estimate(plan, more).allocated.likely


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    "sequence_len", "micro_batch_size", "gradient_accumulation_steps", "eval_batch_size", "adapter", "load_in_4bit",
    "load_in_8bit", "lora_r", "lora_target_modules", "lora_target_linear", "lora_target_parameters", "bf16", "fp16",
    "optimizer", "gradient_checkpointing", "gradient_checkpointing_kwargs", "attn_implementation", "plugins", "rl",
    "deepspeed", "fsdp_config", "fsdp", "val_set_size", "unfrozen_parameters", "lora_modules_to_save", "fp8",
    "model_quantization_config_kwargs", "liger_rms_norm", "base_model", "weight_decay", "reward_model",
]  # fmt: skip


@given(values=st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=12), model=st.sampled_from(MODELS))
@MANY
def test_no_plan_raises(values: dict[str, Any], model: str) -> None:
    found = estimate(Plan(values), built(model))
    assert found.allocated.likely > 0
