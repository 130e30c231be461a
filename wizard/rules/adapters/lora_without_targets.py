"""MW331."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, early
from wizard.axolotl.adapters import TARGETS, makes_lora
from wizard.axolotl.architectures import working_targets
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW331",
    "lora-without-targets",
    "error",
    fix="unsafe",
    keys=("adapter",),
    crashes=("No `target_modules` passed", "No modules were targeted for adaptation"),
)
def lora_without_targets(self: Rule, subject: Subject) -> Iterator[Finding]:
    """LoRA that does not say where to.

    What it checks
        `adapter` lora or qlora, no `lora_model_dir`, and none of `lora_target_linear`, `lora_target_modules` and
        `lora_target_parameters`; or all of `lora_target_modules` in `lora_modules_to_save` too.

    Why it matters
        Axolotl lets the file through and hands PEFT an empty list, so that PEFT's own defaults for the architecture
        don't apply: it raises after the base model was loaded ("No `target_modules` passed"). What is saved
        whole gets no LoRA: with nothing left to adapt it raises too ("No modules were targeted for adaptation").

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32

        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj]
            lora_modules_to_save: [q_proj]

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        `lora_target_linear: true`; where the architecture or `quantize_moe_experts` does not go with that, layers by
        name; or the targets go out of `lora_modules_to_save`. Not safe: it is a choice.

    Source
        axolotl 0.19.0 loaders/adapter.py:171, 0.21.0 on a CPU; peft 0.20.0 tuners/tuners_utils.py:999 (executed)
    """
    plan = subject.plan
    if not makes_lora(plan):
        return
    if early.which(plan, TARGETS):
        yield from _all_saved(self, subject)
        return
    fixes = [
        Fix({"lora_target_linear": True}, "unsafe", "lora_target_linear: true"),
        Fix({"lora_target_modules": ["q_proj", "k_proj", "v_proj", "o_proj"]}, "unsafe", "the attention"),
    ]
    working = working_targets(subject.model, subject.axolotl) if subject.model else None
    if working:
        names = working if isinstance(working, str) else ", ".join(working)
        fixes.insert(1, Fix({"lora_target_modules": working}, "unsafe", f"lora_target_modules: {names}"))
    if early.is_set(plan, "quantize_moe_experts"):
        fixes = fixes[-1:]
    fix = subject.first_that_runs(*fixes)
    message = f"adapter {plan.shown('adapter')} without a target: Axolotl takes it, PEFT raises after the model's load"
    yield self.finding(message, "lora_target_linear", "lora_target_modules", "adapter", plan=plan, fix=fix)


def _all_saved(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Where every target is trained whole, and none is left for LoRA."""
    plan = subject.plan
    targets, saved = adapters.lora_target_modules(plan), adapters.lora_modules_to_save(plan)
    others = adapters.lora_target_linear(plan) or adapters.lora_target_parameters(plan)
    if targets and not others and set(targets) <= set(saved):
        message = (
            f"{', '.join(targets)}: in lora_target_modules and lora_modules_to_save, which leaves nothing to LoRA: "
        )
        message += "PEFT raises after the model's load"
        left = [name for name in saved if name not in targets]
        fix = Fix({"lora_modules_to_save": left or REMOVE}, "unsafe", ", ".join(left) or "no lora_modules_to_save")
        yield rule.finding(message, "lora_modules_to_save", "lora_target_modules", plan=plan, fix=fix)
