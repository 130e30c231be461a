"""MW514."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import checkpointing
from wizard.axolotl.checkpointing import made_reentrant
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW514",
    "checkpointing-offload-renamed",
    "warning",
    fix="safe",
    keys=("gradient_checkpointing",),
    quotes=(
        "`offload` is deprecated for gradient_checkpointing",
        "`offload_disk` is deprecated for gradient_checkpointing",
        "`offload` now uses a new stream implementation",
    ),
)
def checkpointing_offload_renamed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`gradient_checkpointing: offload` is `activation_offloading` now.

    What it checks
        `gradient_checkpointing` is offload or offload_disk.

    Why it matters
        Axolotl still takes it, warns, and turns `activation_offloading` on, whatever is written there. Of
        offload_disk nothing is left but the name: what is offloaded goes to the host's memory.

    Example
        Bad:
            gradient_checkpointing: offload

        Bad:
            gradient_checkpointing: offload_disk

        Good:
            gradient_checkpointing: true
            activation_offloading: true

    Fix
        `gradient_checkpointing: true` with `activation_offloading: true`. Safe: the same happens.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1577 (executed), loaders/patch_manager.py:765 (read)
    """
    plan = subject.plan
    written = checkpointing.old_offloading(plan)
    if written is None:
        return
    message = f"gradient_checkpointing: {written} is activation_offloading now: Axolotl warns of it"
    if written == "offload_disk":
        message += ", and likely offloads to the host's memory, not to disk"
    changes: dict[str, object] = {"gradient_checkpointing": True, "activation_offloading": True}
    # EBFT with FlexAttention is refused in the new spelling alone
    fix = (
        None
        if made_reentrant(plan)
        else Fix(changes, "safe", "gradient_checkpointing: true, activation_offloading: true")
    )
    yield self.finding(message, "gradient_checkpointing", plan=plan, fix=fix)
