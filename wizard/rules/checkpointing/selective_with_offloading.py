"""MW507."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.checkpointing import activation_offloading, selective_checkpointing
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW507",
    "selective-with-offloading",
    "error",
    fix="unsafe",
    keys=("selective_checkpointing",),
    quotes="selective_checkpointing is only compatible with activation_offloading: hidden_states (or false)",
)
def selective_with_offloading(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`selective_checkpointing` with an offloading that goes round checkpointing.

    What it checks
        `selective_checkpointing` is on and `activation_offloading` is true, legacy or disk, or
        `gradient_checkpointing` is offload or offload_disk.

    Why it matters
        Axolotl refuses it: that offloading takes the place of checkpointing, so there is nothing to be selective in.

    Example
        Bad:
            selective_checkpointing: true
            gradient_checkpointing: true
            activation_offloading: true

        Bad:
            selective_checkpointing: true
            gradient_checkpointing: true
            activation_offloading: legacy

        Good:
            selective_checkpointing: true
            gradient_checkpointing: true
            activation_offloading: hidden_states

    Fix
        `activation_offloading: hidden_states`. Not safe: less leaves the GPU.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1617 (executed)
    """
    plan = subject.plan
    mode = activation_offloading(plan)
    if selective_checkpointing(plan) is None or mode in ("none", "hidden_states"):
        return
    message = f"selective_checkpointing with activation_offloading: {mode}: Axolotl takes only hidden_states beside it"
    changes: dict[str, object] = {"activation_offloading": "hidden_states", "gradient_checkpointing": True}
    fix = Fix(changes, "unsafe", "activation_offloading: hidden_states")
    fields = ("activation_offloading", "gradient_checkpointing", "selective_checkpointing")
    yield self.finding(message, *fields, plan=plan, fix=fix)
