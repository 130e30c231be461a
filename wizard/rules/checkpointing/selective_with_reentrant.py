"""MW506."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.checkpointing import made_reentrant, selective_checkpointing, use_reentrant
from wizard.domain.finding import Finding
from wizard.rules.checkpointing._common import not_reentrant
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW506",
    "selective-with-reentrant",
    "error",
    fix="safe",
    keys=("selective_checkpointing",),
    quotes="selective_checkpointing requires non-reentrant checkpointing",
)
def selective_with_reentrant(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`selective_checkpointing` with reentrant checkpointing.

    What it checks
        `selective_checkpointing` is on and `gradient_checkpointing_kwargs.use_reentrant` is written as true, or
        Axolotl sets it (EBFT's strided mode with FlexAttention).

    Why it matters
        Axolotl refuses it: only the non-reentrant form of torch can keep some results of a layer.

    Example
        Bad:
            selective_checkpointing: true
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: true}

        Good:
            selective_checkpointing: true
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: false}

    Fix
        `use_reentrant: false`. Safe: the gradients are the same.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1612 (executed)
    """
    plan = subject.plan
    if selective_checkpointing(plan) is None:
        return
    if made_reentrant(plan):
        message = "selective_checkpointing in EBFT's strided mode with flex_attention: Axolotl sets use_reentrant: true"
        yield self.finding(f"{message}, then refuses it", "selective_checkpointing", "rl", plan=plan)
        return
    if not use_reentrant(plan):
        return
    message = "selective_checkpointing with use_reentrant: true: Axolotl refuses it"
    fix = not_reentrant(plan)
    yield self.finding(message, "gradient_checkpointing_kwargs", "selective_checkpointing", plan=plan, fix=fix)
