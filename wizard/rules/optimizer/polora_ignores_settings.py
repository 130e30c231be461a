"""MW533."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_RATES = ("loraplus_lr_ratio", "lr_groups", "embedding_lr", "embedding_lr_scale")


@rule(
    "MW533",
    "polora-ignores-settings",
    "error",
    fix="safe",
    keys=(*_RATES, "weight_decay"),
    quotes=("polora sets its own per-factor step size", "polora has no weight decay term; weight_decay is ignored"),
)
def polora_ignores_settings(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Settings that PoLoRA does not follow.

    What it checks
        `optimizer: polora` with a learning rate for some weights (`loraplus_lr_ratio`, `lr_groups`, `embedding_lr`,
        `embedding_lr_scale`), an error; or with `weight_decay`, a warning.

    Why it matters
        PoLoRA sets the step of each factor itself and has no weight decay. Axolotl refuses the rates and warns
        of the decay.

    Example
        Bad:
            optimizer: polora
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            loraplus_lr_ratio: 16

        Bad:
            optimizer: polora
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            weight_decay: 0.1

        Good:
            optimizer: polora
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true

    Fix
        These settings go. Safe: nothing follows them.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:989 and :1010 (executed)
    """
    plan = subject.plan
    if plan.get("optimizer") != "polora":
        return
    rates = [key for key in _RATES if plan.get(key)]
    if rates:
        message = f"optimizer: polora would ignore {', '.join(rates)}: Axolotl refuses it"
        fix = Fix(dict.fromkeys(rates, REMOVE), "safe", f"without {', '.join(rates)}")
        yield self.finding(message, *rates, "optimizer", plan=plan, fix=fix)
    if plan.get("weight_decay"):
        message = "optimizer: polora has no weight decay: Axolotl warns that it ignores weight_decay"
        fix = Fix({"weight_decay": REMOVE}, "safe", "without weight_decay")
        yield self.finding(message, "weight_decay", "optimizer", plan=plan, severity="warning", fix=fix)
