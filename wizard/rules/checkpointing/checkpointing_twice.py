"""MW519."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.axolotl.checkpointing import activation_offloading, gradient_checkpointing, selective_checkpointing
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW519",
    "checkpointing-twice",
    "error",
    fix="safe",
    keys=("fsdp_config",),
    crashes="can't be set to True simultaneously",
)
def checkpointing_twice(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Checkpointing is asked of FSDP and of the trainer at once.

    What it checks
        `fsdp_config.activation_checkpointing` and `gradient_checkpointing` are both on, and no
        `activation_offloading` takes the place of the latter.

    Why it matters
        Axolotl accepts it, but the Trainer of transformers refuses both at once when it is made, after the model
        is loaded.

    Example
        Bad:
            fsdp_version: 2
            fsdp_config:
              activation_checkpointing: true
            gradient_checkpointing: true

        Good:
            fsdp_version: 2
            fsdp_config:
              activation_checkpointing: true

    Fix
        `gradient_checkpointing` goes, as transformers asks. Safe: FSDP's checkpointing does the same.

    Source
        transformers 5.14 trainer.py "can't be set to True simultaneously"; axolotl 0.19.0
        core/builders/base.py:590 (read)
    """
    plan = subject.plan
    twice = fsdp.setting(plan, "activation_checkpointing")
    if not twice or not gradient_checkpointing(plan) or activation_offloading(plan) not in ("none", "hidden_states"):
        return
    message = (
        "gradient_checkpointing beside fsdp_config.activation_checkpointing: "
        "transformers refuses both when training starts"
    )
    fix = None
    if (
        selective_checkpointing(plan) is None and activation_offloading(plan) == "none"
    ):  # both need gradient_checkpointing
        fix = Fix({"gradient_checkpointing": REMOVE}, "safe", "fsdp_config.activation_checkpointing alone")
    yield self.finding(message, "gradient_checkpointing", "fsdp_config", plan=plan, fix=fix)
