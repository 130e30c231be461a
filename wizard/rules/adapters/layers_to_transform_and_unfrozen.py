"""MW319."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.unfrozen import unfrozen_parameters
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW319",
    "layers-to-transform-and-unfrozen",
    "error",
    fix="unsafe",
    keys=("unfrozen_parameters",),
    quotes="`unfrozen_parameters` used with `peft_layers_to_transform`",
)
def layers_to_transform_and_unfrozen(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`unfrozen_parameters` beside an adapter on chosen layers.

    What it checks
        An adapter, `peft_layers_to_transform` and `unfrozen_parameters` together.

    Why it matters
        Axolotl refuses the file: both say what is trained, and PEFT freezes what the other unfreezes.

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            peft_layers_to_transform: [0, 1]
            unfrozen_parameters: [lm_head.weight]

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            peft_layers_to_transform: [0, 1]

    Fix
        `unfrozen_parameters` goes. Not safe: `lora_modules_to_save` is the way to train a whole module beside LoRA.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:613 (executed)
    """
    plan = subject.plan
    if not (adapters.adapter(plan) and plan.get("peft_layers_to_transform") and unfrozen_parameters(plan)):
        return
    message = "unfrozen_parameters beside peft_layers_to_transform: Axolotl refuses the file"
    fix = Fix({"unfrozen_parameters": REMOVE}, "unsafe", "no unfrozen_parameters")
    yield self.finding(message, "unfrozen_parameters", "peft_layers_to_transform", plan=plan, fix=fix)
