"""MW326."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.values import number, on
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW326",
    "relora-without-restart",
    "error",
    fix="unsafe",
    keys=("relora",),
    quotes="jagged_restart_steps must be set to use ReLoRA",
)
def relora_without_restart(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`relora` without `jagged_restart_steps`.

    What it checks
        `relora` is on and `jagged_restart_steps` is not set or 0.

    Why it matters
        Axolotl refuses the file: ReLoRA merges the adapter and starts a new one every so many steps, and that
        number is missing.

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            relora: true

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            relora: true
            jagged_restart_steps: 200

    Fix
        `jagged_restart_steps: 200`. Not safe: it decides what is trained; take some hundreds of steps.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1734 (executed)
    """
    plan = subject.plan
    if not on(plan.get("relora")):
        return
    steps = plan.get("jagged_restart_steps")
    if steps is not None and number(steps, 1.0) != 0:
        return
    fix = Fix({"jagged_restart_steps": 200}, "unsafe", "jagged_restart_steps: 200")
    message = "relora without jagged_restart_steps: Axolotl refuses the file"
    yield self.finding(message, "jagged_restart_steps", "relora", plan=plan, fix=fix)
