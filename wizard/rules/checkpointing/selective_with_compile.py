"""MW517."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision
from wizard.axolotl.checkpointing import selective_checkpointing
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW517",
    "selective-with-compile",
    "warning",
    keys=("selective_checkpointing",),
    quotes="selective_checkpointing with torch_compile is untested in axolotl",
)
def selective_with_compile(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`selective_checkpointing` with `torch_compile`.

    What it checks
        `selective_checkpointing` is on and `torch_compile` is true or auto.

    Why it matters
        Axolotl warns that nobody has tried it: a compiled layer may not be cut where the setting expects it, and
        then all of it is computed again or kept.

    Example
        Bad:
            gradient_checkpointing: true
            selective_checkpointing: true
            torch_compile: true

        Good:
            gradient_checkpointing: true
            selective_checkpointing: true

    Fix
        Take out one of the two.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1640 (executed)
    """
    plan = subject.plan
    if selective_checkpointing(plan) is None or not precision.compiles(plan):
        return
    message = "selective_checkpointing with torch_compile: Axolotl warns that it is untested"
    yield self.finding(message, "selective_checkpointing", "torch_compile", plan=plan)
