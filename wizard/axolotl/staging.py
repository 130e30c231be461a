"""4-bit weights packed in host memory, each process its own part: `nf4_backend`, `qlora_sharded_model_loading`.

Source: axolotl 0.20.0 and 0.21.0 utils/schemas/validation.py, `check_staged_nf4` and `STAGED_NF4_CONSTRAINTS`.
"""

from __future__ import annotations

from typing import NamedTuple

from wizard.axolotl import adapters, deepspeed, fsdp, mesh, quantization
from wizard.domain.plan import Plan
from wizard.domain.values import flag, mapping
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan

_WITH_EXPERTS = Version(0, 21)
"""The first that takes expert parallelism beside it."""
_STARTS = (None, True, False, "gaussian")
"""The starts of an adapter that do not read the weights."""


class Against(NamedTuple):
    """What it can't be with: the key, and the words for it."""

    key: str
    words: str


def by_torchao(plan: Plan) -> bool:
    """Whether torchao packs them, which is always done this way."""
    return plan.get("nf4_backend") == "torchao"


def sharded(plan: Plan) -> bool:
    """`qlora_sharded_model_loading`; where nothing is written it follows the other settings."""
    written = plan.get("qlora_sharded_model_loading")
    if written is not None:
        return flag(written)
    return adapters.adapter(plan) == "qlora" and quantization.load_in_4bit(plan) and _hands_out(plan)


def idle(plan: Plan) -> str | None:
    """What is missing for `qlora_sharded_model_loading` to have an effect; None where nothing is."""
    if by_torchao(plan) or not sharded(plan) or not quantization.load_in_4bit(plan):
        return None
    if not fsdp.fsdp_config(plan):
        return "fsdp_config"
    return None if _hands_out(plan) else "fsdp_config.cpu_ram_efficient_loading"


def staged(plan: Plan) -> bool:
    """Whether the weights are packed that way."""
    return by_torchao(plan) or (sharded(plan) and quantization.load_in_4bit(plan) and idle(plan) is None)


def against(plan: Plan) -> Against | None:
    """The first of what Axolotl refuses beside it; None where there is nothing."""
    return next((one for one in (*_run(plan), *_weights(plan)) if one is not None), None) if staged(plan) else None


def tensors_load_themselves(plan: Plan) -> bool:
    """Whether tensor parallelism switches `cpu_ram_efficient_loading` off; it looks before the default is set."""
    staged = flag(plan.get("qlora_sharded_model_loading")) and quantization.load_in_4bit(plan)
    divides = mesh.tensor_parallel_size(plan) > 1 and not staged and not by_torchao(plan)
    return divides and fsdp.setting(plan, "cpu_ram_efficient_loading")


def _hands_out(plan: Plan) -> bool:
    return fsdp.setting(plan, "cpu_ram_efficient_loading") and not tensors_load_themselves(plan)


def _run(plan: Plan) -> list[Against | None]:
    wide = {
        "tensor_parallel_size": mesh.tensor_parallel_size(plan),
        "context_parallel_size": mesh.context_parallel_size(plan),
        "expert_parallel_size": mesh.expert_parallel_size(plan) if of_plan(plan) < _WITH_EXPERTS else 1,
        "dp_replicate_size": mesh.dp_replicate_size(plan),
    }
    divides = fsdp.fsdp_config(plan)
    return [
        Against("adapter", "another adapter than qlora") if adapters.adapter(plan) != "qlora" else None,
        None if quantization.load_in_4bit(plan) else Against("load_in_4bit", "load_in_4bit off"),
        Against("load_in_8bit", "load_in_8bit") if quantization.load_in_8bit(plan) else None,
        Against("fsdp_config", "cpu_ram_efficient_loading off") if divides and not _hands_out(plan) else None,
        Against("fsdp_config", "qlora_sharded_model_loading off") if divides and not sharded(plan) else None,
        Against("deepspeed", "DeepSpeed") if deepspeed.deepspeed(plan) else None,
        *(Against(key, f"{key} {size}") for key, size in wide.items() if size > 1),
    ]


def _weights(plan: Plan) -> list[Against | None]:
    block, start = mapping(plan, "bnb_config_kwargs"), plan.get("peft_init_lora_weights")
    own = block.get("blocksize", 64) == 64 and block.get("bnb_4bit_use_double_quant", True)
    kind = block.get("bnb_4bit_quant_type", "nf4")
    saved = adapters.lora_modules_to_save(plan)
    return [
        Against("bnb_config_kwargs", f"bnb_4bit_quant_type {kind}") if kind != "nf4" else None,
        Against("bnb_config_kwargs", "another block size or no double quantization")
        if by_torchao(plan) and not own
        else None,
        Against("peft_use_dora", "DoRA") if adapters.peft_use_dora(plan) else None,
        Against("lora_modules_to_save", "lora_modules_to_save") if saved else None,
        Against("peft_init_lora_weights", f"peft_init_lora_weights {start}") if start not in _STARTS else None,
        Against("peft", "peft.loftq_config") if mapping(plan, "peft").get("loftq_config") is not None else None,
    ]
