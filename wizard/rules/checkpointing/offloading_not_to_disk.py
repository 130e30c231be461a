"""MW520."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import checkpointing
from wizard.axolotl.checkpointing import activation_offloading, flex, strided_ebft
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule("MW520", "offloading-not-to-disk", "warning", fix="safe", keys=("activation_offloading",))
def offloading_not_to_disk(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`activation_offloading: disk` writes nothing to disk.

    What it checks
        `activation_offloading` is disk.

    Why it matters
        Axolotl asks for the word offload_disk where it would turn the disk on, and its schema lets no such word
        through. What is left is the offloading of `true`: activations go to the host's pinned memory, and a
        machine with little of it may run out.

    Example
        Bad:
            gradient_checkpointing: true
            activation_offloading: disk

        Good:
            gradient_checkpointing: true
            activation_offloading: true

    Fix
        `activation_offloading: true`. Safe: it is what happens.

    Source
        axolotl 0.19.0 loaders/patch_manager.py:765, core/trainers/mixins/activation_checkpointing.py:113 (read)
    """
    plan = subject.plan
    if activation_offloading(plan) != "disk" or checkpointing.old_offloading(plan) is not None:
        return
    message = "activation_offloading: disk likely goes to the host's memory as true does: nothing is written to disk"
    # EBFT with FlexAttention is refused with true alone
    refused = strided_ebft(plan) and flex(plan)
    fix = None if refused else Fix({"activation_offloading": True}, "safe", "activation_offloading: true")
    yield self.finding(message, "activation_offloading", plan=plan, fix=fix)
