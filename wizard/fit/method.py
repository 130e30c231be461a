"""The fields that change with the method: a full fine-tune, LoRA, LoRA beside 8 bits, QLoRA."""

from __future__ import annotations

from wizard.axolotl import adapters, quantization
from wizard.axolotl.architectures import adapter_changes
from wizard.axolotl.kernels import LORA_KERNELS
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.values import flag, number

_LORA_ONLY = (
    "lora_r", "lora_alpha", "lora_dropout", "lora_target_linear", "lora_target_modules", "lora_modules_to_save",
    "peft_use_dora", "peft_use_rslora", "quantize_moe_experts", *LORA_KERNELS,
)  # fmt: skip
METHODS = ("full", "lora", "lora8", "qlora")
"""From the least compromise to the most."""


def method_of(plan: Plan) -> str | None:
    """Which of METHODS a plan uses, None for another adapter."""
    adapter = adapters.adapter(plan)
    if adapter == "lora":
        return "lora8" if quantization.load_in_8bit(plan) else "lora"
    return "qlora" if adapter == "qlora" else None if adapter else "full"


def method_changes(method: str, plan: Plan, model: Model | None) -> dict[str, object]:
    """The change to one of METHODS; what is already set of an adapter stays."""
    if method == "full":
        off = dict.fromkeys(("adapter", "load_in_4bit", "load_in_8bit", *_LORA_ONLY), REMOVE)
        return {**off, **_rate(plan, full=True)}
    four, eight = method == "qlora", method == "lora8"
    changes: dict[str, object] = {"adapter": "qlora" if four else "lora", "load_in_4bit": four, "load_in_8bit": eight}
    changes |= _rate(plan, full=False)
    for name, value in (("lora_r", 16), ("lora_alpha", 32), ("lora_dropout", 0.0)):
        if plan.get(name) is None:
            changes[name] = value
    experts = model is not None and model.moe and (four or eight) and model.quantized is None
    changes["quantize_moe_experts"] = True if experts else REMOVE
    if experts:
        changes["lora_target_linear"] = REMOVE
    if experts and not adapters.targets_named(plan):
        changes["lora_target_modules"] = ["q_proj", "k_proj", "v_proj", "o_proj"]
    if not experts and not adapters.targets_named(plan):
        changes["lora_target_linear"] = True
    kernels = not eight and plan.get("rl") is None and not flag(plan.get("trust_remote_code"))
    changes |= dict.fromkeys(LORA_KERNELS, kernels)
    return changes if model is None else {**changes, **adapter_changes(plan.changed(changes), model)}


def _rate(plan: Plan, *, full: bool) -> dict[str, object]:
    """A usual learning rate where the present one is usual only for the other kind of training."""
    now = number(plan.get("learning_rate"), 0.0)
    if full and now >= 1e-4:
        return {"learning_rate": 2e-5}
    return {"learning_rate": 2e-4} if not full and 0 < now < 5e-5 and plan.get("rl") is None else {}
