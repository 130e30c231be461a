"""MW516."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.checkpointing import activation_offloading
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW516",
    "hidden-states-with-adapter",
    "warning",
    fix="unsafe",
    keys=("activation_offloading",),
    quotes="with LoRA/QLoRA, activation_offloading: true can be faster",
)
def hidden_states_with_adapter(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`activation_offloading: hidden_states` with an adapter.

    What it checks
        `activation_offloading` is hidden_states and `adapter` is set.

    Why it matters
        Axolotl warns that `activation_offloading: true` can be faster there. It changes nothing itself.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            gradient_checkpointing: true
            activation_offloading: hidden_states

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            gradient_checkpointing: true
            activation_offloading: true

    Fix
        `activation_offloading: true`. Not safe: memory and speed change, and which is better has to be tried.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1659 (executed)
    """
    plan = subject.plan
    if activation_offloading(plan) != "hidden_states" or not adapters.adapter(plan):
        return
    message = "activation_offloading: hidden_states with an adapter: Axolotl warns that true can be faster"
    fix = Fix({"activation_offloading": True}, "unsafe", "activation_offloading: true")
    yield self.finding(message, "activation_offloading", "adapter", plan=plan, fix=fix)
