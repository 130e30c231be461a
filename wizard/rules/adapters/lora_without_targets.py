"""MW331."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.axolotl.adapters import TARGETS, makes_lora
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW331",
    "lora-without-targets",
    "error",
    fix="unsafe",
    keys=("adapter",),
    crashes="No `target_modules` passed",
)
def lora_without_targets(self: Rule, subject: Subject) -> Iterator[Finding]:
    """LoRA that does not say where to.

    What it checks
        `adapter` lora or qlora, no `lora_model_dir`, and none of `lora_target_linear`, `lora_target_modules` and
        `lora_target_parameters`.

    Why it matters
        Axolotl lets the file through and hands PEFT an empty list, so that PEFT's own defaults for the architecture
        don't apply: it raises after the base model was loaded ("No `target_modules` passed").

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        `lora_target_linear: true`, or with `quantize_moe_experts`, which that does not go with, the four attention
        projections. Not safe: it is a choice.

    Source
        axolotl 0.19.0 loaders/adapter.py:171, 0.21.0 on a CPU; peft 0.20.0 tuners/tuners_utils.py:999 (executed)
    """
    plan = subject.plan
    if not makes_lora(plan):
        return
    if early.which(plan, TARGETS):
        return
    if early.is_set(plan, "quantize_moe_experts"):
        fix = Fix({"lora_target_modules": ["q_proj", "k_proj", "v_proj", "o_proj"]}, "unsafe", "the attention")
    else:
        fix = Fix({"lora_target_linear": True}, "unsafe", "lora_target_linear: true")
    message = f"adapter {plan.shown('adapter')} without a target: Axolotl takes it, PEFT raises after the model's load"
    yield self.finding(message, "lora_target_linear", "lora_target_modules", "adapter", plan=plan, fix=fix)
