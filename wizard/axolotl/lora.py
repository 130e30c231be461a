"""LoRA as a plan sets it: where the adapters go, and which of Axolotl's kernels run."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.axolotl import adapters, preference
from wizard.axolotl.kernels import lora_kernels
from wizard.domain.model import Model
from wizard.domain.plan import Plan


@dataclass(frozen=True, slots=True)
class Lora:
    """The adapter's shape. `dropout` says only whether there is any (TRL's trainers of preferences turn it off)."""

    rank: int
    dropout: bool
    dora: bool
    linear: bool
    modules: tuple[str, ...]
    pattern: str | None
    parameters: tuple[str, ...]
    saved_modules: tuple[str, ...]
    mlp_kernel: bool
    qkv_kernel: bool
    o_kernel: bool


def lora(plan: Plan, model: Model | None, gpus: int) -> Lora | None:
    """None without an adapter. `gpus`: how many the run has."""
    if adapters.adapter(plan) is None:
        return None
    kernels = lora_kernels(plan, gpus)
    return Lora(
        rank=adapters.lora_r(plan),
        dropout=preference.rl(plan) in (None, *preference.LEARNS) and adapters.lora_dropout(plan) > 0,
        dora=adapters.peft_use_dora(plan),
        linear=adapters.lora_target_linear(plan),
        modules=adapters.lora_target_modules(plan),
        pattern=adapters.lora_target_pattern(plan),
        parameters=adapters.lora_target_parameters(plan),
        saved_modules=adapters.lora_modules_to_save(plan),
        mlp_kernel=kernels.mlp and not (model is not None and model.moe),
        qkv_kernel=kernels.qkv,
        o_kernel=kernels.o,
    )
