"""Axolotl's fused LoRA kernels: `lora_mlp_kernel`, `lora_qkv_kernel`, `lora_o_kernel`, `lora_embedding_kernel`.

Source: AxolotlConfigWCapabilities.check_auto_enable_lora_kernels, axolotl 0.19.0 utils/schemas/config.py:1976.
"""

from __future__ import annotations

from dataclasses import dataclass

from wizard.axolotl import adapters, early, fsdp
from wizard.domain.plan import Plan
from wizard.domain.values import flag

FUSED = ("lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel")
LORA_KERNELS = (*FUSED, "lora_embedding_kernel")


@dataclass(frozen=True, slots=True)
class LoraKernels:
    """Which of them are on, before the model has its say."""

    mlp: bool
    qkv: bool
    o: bool
    embedding: bool


def any_written(plan: Plan) -> bool:
    """Whether one of the switches is written: then none is switched on by itself."""
    return any(plan.get(name) is not None for name in LORA_KERNELS)


def switches_on(plan: Plan, gpus: int) -> bool:
    """Whether Axolotl would switch on its kernels where no switch is written.

    FSDP's version counts only where it stands at the top: the check runs before one inside `fsdp_config` is read.
    From 0.20 on there is FSDP2 alone.
    A model that declares the kernels unsupported, which is known only once it is loaded, is left out here.
    """
    fsdp1 = not fsdp.only_fsdp2(plan) and str(fsdp.version_on_top(plan)) != "2"
    if gpus > 1 and plan.get("fsdp_config") is not None and fsdp1:
        return False
    if not adapters.built_in(plan) or early.is_set(plan, "rl") or early.is_set(plan, "nvfp4_merge_aware"):
        return False
    eight = adapters.adapter(plan) == "lora" and early.is_set(plan, "load_in_8bit")
    return not eight and not early.is_set(plan, "trust_remote_code")


def lora_kernels(plan: Plan, gpus: int) -> LoraKernels:
    """As written, else as Axolotl switches them on. `gpus`: how many the run has."""
    if any_written(plan):
        return LoraKernels(*(flag(plan.get(name)) for name in LORA_KERNELS))
    return LoraKernels(*[switches_on(plan, gpus)] * len(LORA_KERNELS))


def lora_mlp_kernel(plan: Plan) -> bool | None:
    """As written; None where it is not."""
    written = plan.get("lora_mlp_kernel")
    return None if written is None else flag(written)


def expert_backend(plan: Plan) -> str | None:
    """How the experts of a mixture are computed, in lower case; None where nothing is written."""
    written = plan.get("expert_backend")
    return None if written is None else str(written).lower()
