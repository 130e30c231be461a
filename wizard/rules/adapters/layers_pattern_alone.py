"""MW318."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW318",
    "layers-pattern-alone",
    "error",
    fix="unsafe",
    keys=("peft_layers_pattern",),
    quotes="peft_layers_pattern requires peft_layers_to_transform",
)
def layers_pattern_alone(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`peft_layers_pattern` without `peft_layers_to_transform`.

    What it checks
        `peft_layers_pattern` names something and `peft_layers_to_transform` is not set.

    Why it matters
        Axolotl refuses the file: the pattern only says how the list of layers is called in the model, and the
        numbers of the layers are missing.

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            peft_layers_pattern: [layers]

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            peft_layers_pattern: [layers]
            peft_layers_to_transform: [0, 1, 2]

    Fix
        The pattern goes, and every layer gets an adapter. Not safe: perhaps some layers were meant.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:626 (executed)
    """
    plan = subject.plan
    if not plan.get("peft_layers_pattern") or plan.get("peft_layers_to_transform"):
        return
    message = "peft_layers_pattern without peft_layers_to_transform: Axolotl refuses the file"
    fix = Fix({"peft_layers_pattern": REMOVE}, "unsafe", "no peft_layers_pattern: all layers")
    yield self.finding(message, "peft_layers_pattern", "peft_layers_to_transform", plan=plan, fix=fix)
