"""MW610."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed, fsdp
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW610",
    "deepspeed-with-fsdp-list",
    "error",
    keys=("deepspeed",),
    quotes="deepspeed and fsdp cannot be used together",
    axolotl_until="0.19",
)
def deepspeed_with_fsdp_list(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`deepspeed` beside the old `fsdp` list.

    What it checks
        Both `deepspeed` and `fsdp` have a value.

    Why it matters
        Each divides the model over the GPUs in its own way, and only one can: Axolotl refuses the file.

    Example
        Bad:
            deepspeed: deepspeed_configs/zero1.json
            fsdp:
              - full_shard

        Good:
            deepspeed: deepspeed_configs/zero1.json

    Fix
        Take out one of the two. No single change is right, since only the person knows which was meant.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1352 (executed)
    """
    plan = subject.plan
    if deepspeed.deepspeed(plan) and fsdp.fsdp(plan):
        message = "deepspeed and fsdp are both set: Axolotl refuses the file, since only one can divide the model"
        yield self.finding(message, "deepspeed", "fsdp", plan=plan)
