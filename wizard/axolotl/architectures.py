"""What of a plan the architecture of its model can't run, and what to write in its place."""

from __future__ import annotations

from wizard.axolotl import adapters
from wizard.axolotl.kernels import LORA_KERNELS, lora_kernels
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.knowledge.axolotl.architectures import ATTENTION, LANGUAGE_MODEL, PROJECTIONS, failure

_ATTENTION_KERNELS = ("lora_qkv_kernel", "lora_o_kernel")


def runnable_changes(plan: Plan, model: Model) -> dict[str, object]:
    """The changes that leave out what would stop the run: LoRA kernels, and where the adapters go.

    Empty for a full fine-tune, and where nothing is known to fail.
    """
    if not adapters.built_in(plan):
        return {}
    return {**kernel_changes(plan, model), **target_changes(plan, model)}


def failing_kernels(model: Model) -> tuple[str, ...]:
    """The LoRA kernels that Axolotl can't put into this architecture."""
    attention = _ATTENTION_KERNELS if failure(model.architecture, "attention_kernels") else ()
    return (*attention, *(("lora_mlp_kernel",) if failure(model.architecture, "mlp_kernel") else ()))


def kernel_changes(plan: Plan, model: Model, gpus: int = 1) -> dict[str, object]:
    """All four kernels written out, those that fail off; empty where none of them is on."""
    failing, now = failing_kernels(model), lora_kernels(plan, gpus)
    on = dict(zip(LORA_KERNELS, (now.mlp, now.qkv, now.o, now.embedding), strict=True))
    if not any(on[name] for name in failing):
        return {}
    return {name: value and name not in failing for name, value in on.items()}


def target_changes(plan: Plan, model: Model) -> dict[str, object]:
    """Other targets where the present ones fail; empty where they work, or nothing else is known to."""
    kind = model.architecture
    if adapters.lora_target_linear(plan):
        fails = failure(kind, "lora_target_linear")
    elif adapters.lora_target_modules(plan) == ATTENTION:
        fails = failure(kind, "lora_attention")
    else:
        return {}
    targets = working_targets(model) if fails else None
    return {} if targets is None else {"lora_target_linear": REMOVE, "lora_target_modules": targets}


def working_targets(model: Model) -> list[str] | str | None:
    """What `lora_target_modules` may be: names, else a pattern; None where neither is known to work."""
    for feature, names in (("lora_projections", PROJECTIONS), ("lora_attention", ATTENTION)):
        there = [name for name in names if name in model.linear_names]
        if there and not failure(model.architecture, feature):  # type: ignore[arg-type]
            return there
    return None if failure(model.architecture, "lora_language_model") else LANGUAGE_MODEL
