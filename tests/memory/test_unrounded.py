"""A base that was to be rounded and is not: PEFT turns it to fp32, embeddings, lm_head and norms are turned back."""

from __future__ import annotations

import pytest

from wizard.axolotl.effective import effective
from wizard.domain.plan import Plan
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.memory import estimate
from wizard.memory.weights import weight_bytes

LLAMA = built("meta-llama/Llama-3.1-8B")
LORA = {
    "adapter": "lora", "bf16": True, "lora_r": 16, "lora_alpha": 32, "lora_target_linear": True, "sequence_len": 512,
    "micro_batch_size": 1, "gradient_checkpointing": True, "attn_implementation": "flash_attention_2",
}  # fmt: skip
QLORA = {**LORA, "adapter": "qlora", "load_in_4bit": True}


def weights(config: dict[str, object], gpu: str = "h100-80gb") -> float:
    return weight_bytes(LLAMA, effective(Plan(config), LLAMA, named_machine(gpu)))


def linear_by(size: float) -> float:
    return LLAMA.linear_parameters * size + (LLAMA.parameters - LLAMA.linear_parameters) * 2


@pytest.mark.parametrize(
    "config",
    [
        {**QLORA, "reinit_weights": True},
        {**LORA, "load_in_8bit": True, "reinit_weights": True},
        {**LORA, "load_in_4bit": True},
    ],
)
def test_what_is_not_rounded_is_turned_to_fp32(config: dict[str, object]) -> None:
    assert weights(config) == linear_by(4)


def test_where_peft_prepares_nothing_it_stays_in_16_bits() -> None:
    fsdp = {"fsdp_version": 2, "fsdp_config": {"reshard_after_forward": True}}
    assert weights({**QLORA, "reinit_weights": True, **fsdp}, "2xh100-80gb") < linear_by(3)  # embeddings in fp32
    assert weights({**LORA, "reinit_weights": True}) == linear_by(2)
    assert weights({**LORA, "load_in_4bit": True, "peft": {"loftq_config": {"loftq_bits": 4}}}) == linear_by(2)


def test_weights_that_are_packed_as_they_load_are_rounded_all_the_same() -> None:
    fsdp = {"fsdp_version": 2, "fsdp_config": {"reshard_after_forward": True, "cpu_ram_efficient_loading": True}}
    config = {**QLORA, "reinit_weights": True, "qlora_sharded_model_loading": True, **fsdp}
    assert weights(config, "2xh100-80gb") < linear_by(1)


def test_weights_that_begin_at_random_have_the_dtype_of_the_config() -> None:
    full = {"bf16": False, "fp16": False, "sequence_len": 512, "micro_batch_size": 1, "reinit_weights": True}
    assert not effective(Plan(full), LLAMA, None).weights_fp32
    assert effective(Plan({**full, "reinit_weights": False}), LLAMA, None).weights_fp32


def test_copies_of_the_wide_weights_live_for_one_layer_with_checkpointing_and_for_all_without() -> None:
    """A frozen weight's copy in 16 bits is saved for the backward, and autocast keeps none of its own."""
    plain = {**LORA, "lora_mlp_kernel": False, "lora_qkv_kernel": False, "lora_o_kernel": False}
    wide = {**plain, "load_in_4bit": True}
    machine = named_machine("h200")
    with_it = {name: estimate(Plan({**one, "gradient_checkpointing": True}), LLAMA, machine).phases["forward"]
               for name, one in (("wide", wide), ("plain", plain))}  # fmt: skip
    without = {name: estimate(Plan({**one, "gradient_checkpointing": False}), LLAMA, machine).phases["forward"]
               for name, one in (("wide", wide), ("plain", plain))}  # fmt: skip
    beside = LLAMA.linear_parameters * 2
    assert with_it["wide"] - with_it["plain"] < 1.2 * beside
    assert without["wide"] - without["plain"] > 1.9 * beside
