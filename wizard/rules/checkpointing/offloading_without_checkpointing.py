"""MW502."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.checkpointing import activation_offloading, gradient_checkpointing
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW502",
    "offloading-without-checkpointing",
    "error",
    fix="unsafe",
    keys=("activation_offloading",),
    quotes="activation_offloading requires gradient_checkpointing",
)
def offloading_without_checkpointing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`activation_offloading` without `gradient_checkpointing`.

    What it checks
        `activation_offloading` is on in any of its forms and `gradient_checkpointing` is not.

    Why it matters
        Axolotl refuses the file.

    Example
        Bad:
            activation_offloading: true

        Bad:
            activation_offloading: legacy
            gradient_checkpointing: false

        Good:
            activation_offloading: true
            gradient_checkpointing: true

    Fix
        `gradient_checkpointing: true`. Not safe: each layer may be computed twice, which takes time.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1596 (executed)
    """
    plan = subject.plan
    if activation_offloading(plan) == "none" or gradient_checkpointing(plan):
        return
    message = f"activation_offloading: {activation_offloading(plan)} without gradient_checkpointing: Axolotl refuses it"
    fix = Fix({"gradient_checkpointing": True}, "unsafe", "gradient_checkpointing: true")
    yield self.finding(message, "activation_offloading", "gradient_checkpointing", plan=plan, fix=fix)
