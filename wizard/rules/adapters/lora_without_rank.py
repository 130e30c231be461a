"""MW330."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.adapters import makes_lora
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW330",
    "lora-without-rank",
    "error",
    fix="unsafe",
    keys=("adapter",),
    crashes="unsupported operand type(s) for /: 'NoneType' and 'int'",
)
def lora_without_rank(self: Rule, subject: Subject) -> Iterator[Finding]:
    """LoRA without a rank or without alpha.

    What it checks
        `adapter` lora or qlora, no `lora_model_dir`, and `lora_r` not set or below 1, or `lora_alpha` not set.

    Why it matters
        Axolotl has no default for either and lets the file through; PEFT then raises when the adapter is made,
        after the base model was loaded ("'<=' not supported between instances of 'NoneType' and 'int'").

    Example
        Bad:
            adapter: lora
            lora_target_linear: true

        Bad:
            adapter: lora
            lora_r: 16
            lora_target_linear: true

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        Rank 16 where there is none, and twice the rank for alpha. Not safe: both are choices.

    Source
        axolotl 0.19.0 loaders/adapter.py:187, 0.21.0 on a CPU (executed), peft 0.20.0 tuners/lora/layer.py (executed)
    """
    plan = subject.plan
    if not makes_lora(plan):
        return
    alpha = plan.get("lora_alpha")
    changes: dict[str, object] = {}
    if adapters.lacks_rank(plan):
        changes["lora_r"] = 16
    if alpha is None:
        changes["lora_alpha"] = 32 if "lora_r" in changes else 2 * max(1, min(adapters.lora_r(plan), 1_000_000))
    if not changes:
        return
    unset = " and ".join(f"{key} {plan.shown(key)}" if plan.get(key) is not None else f"no {key}" for key in changes)
    message = (
        f"adapter {plan.shown('adapter')} with {unset}: Axolotl takes the file, PEFT raises after the model's load"
    )
    fix = Fix(changes, "unsafe", ", ".join(f"{key}: {value}" for key, value in changes.items()))
    yield self.finding(message, *changes, "adapter", plan=plan, fix=fix)
