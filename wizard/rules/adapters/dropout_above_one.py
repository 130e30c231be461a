"""MW344."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding, Fix, Severity
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW344",
    "dropout-above-one",
    "error",
    fix="unsafe",
    keys=("lora_dropout",),
    crashes="dropout probability has to be between 0 and 1",
)
def dropout_above_one(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`lora_dropout` of 1 or more.

    What it checks
        `lora_dropout` is a share from 0 to 1, in a run that makes a LoRA. 5 for 5% is not; 1 is a warning.

    Why it matters
        Axolotl's schema takes any number. Above 1 the run dies when the adapter is made, after the model is loaded. At
        1 nothing reaches the adapter: its gradients are 0, and the run ends well and has trained nothing.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_dropout: 5

        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_dropout: 1.0

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_dropout: 0.05

    Fix
        A hundredth of it where that is a share, else 0. Not safe: it is another training.

    Source
        peft 0.20.0 tuners/lora/layer.py, torch.nn.Dropout (executed); axolotl 0.19.0 utils/schemas/peft.py, 0.21.0
        (trained with on a CPU)
    """
    plan = subject.plan
    share = adapters.lora_dropout(plan)
    if adapters.makes_lora(plan) and share >= 1:
        meant = share / 100 if share <= 100 else 0.0
        said = "is a share from 0 to 1: the run dies when the adapter is made"
        if share == 1:
            said = "drops all that reaches the adapter, so nothing is trained"
        fix = Fix({"lora_dropout": meant}, "unsafe", f"lora_dropout: {meant:g}")
        severity: Severity = "error" if share > 1 else "warning"
        yield self.finding(f"lora_dropout {share:g} {said}", "lora_dropout", plan=plan, severity=severity, fix=fix)
