"""MW505."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.checkpointing import gradient_checkpointing, selective_checkpointing
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW505",
    "selective-without-checkpointing",
    "error",
    fix="unsafe",
    keys=("selective_checkpointing",),
    quotes="selective_checkpointing requires gradient_checkpointing",
)
def selective_without_checkpointing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`selective_checkpointing` without `gradient_checkpointing`.

    What it checks
        `selective_checkpointing` is true or a block, even an empty one, and `gradient_checkpointing` is not on.

    Why it matters
        Axolotl refuses the file: it only says what checkpointing keeps.

    Example
        Bad:
            selective_checkpointing: true

        Bad:
            selective_checkpointing: {save: [attention]}
            gradient_checkpointing: false

        Good:
            selective_checkpointing: true
            gradient_checkpointing: true

    Fix
        `gradient_checkpointing: true`. Not safe: the rest of each layer is computed twice, which takes time.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1610 (executed)
    """
    plan = subject.plan
    if selective_checkpointing(plan) is None or gradient_checkpointing(plan):
        return
    message = "selective_checkpointing without gradient_checkpointing: Axolotl refuses it"
    fix = Fix({"gradient_checkpointing": True}, "unsafe", "gradient_checkpointing: true")
    yield self.finding(message, "selective_checkpointing", "gradient_checkpointing", plan=plan, fix=fix)
