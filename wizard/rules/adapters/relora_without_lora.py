"""MW327."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import on
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW327",
    "relora-without-lora",
    "error",
    fix="unsafe",
    keys=("relora",),
    quotes="cfg.adapter must support ReLoRA",
)
def relora_without_lora(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`relora` without an adapter that can be merged and started again.

    What it checks
        `relora` is on and `adapter` is not set or llama-adapter.

    Why it matters
        Axolotl refuses the file: ReLoRA is LoRA with restarts.

    Example
        Bad:
            relora: true
            jagged_restart_steps: 200

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            relora: true
            jagged_restart_steps: 200

    Fix
        `relora` goes. Not safe: perhaps a LoRA was meant; then `adapter: lora`.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1737 (executed)
    """
    plan = subject.plan
    if not on(plan.get("relora")) or adapters.adapter(plan) not in (None, "llama-adapter"):
        return
    fix = Fix({"relora": REMOVE, "jagged_restart_steps": REMOVE}, "unsafe", "no relora")
    message = "relora without adapter lora or qlora: Axolotl refuses the file"
    yield self.finding(message, "relora", "adapter", plan=plan, fix=fix)
