"""MW614."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW614", "falcon-with-fsdp", "error", keys=("fsdp",), quotes="FSDP is not supported for falcon models")
def falcon_with_fsdp(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A Falcon model with the old `fsdp` list.

    What it checks
        `base_model` has "falcon" in its name or path, and `fsdp` is not empty.

    Why it matters
        Axolotl refuses the file. It looks at the name alone, and at the old list alone: `fsdp_config` passes.

    Example
        Bad:
            base_model: tiiuae/falcon-7b
            fsdp:
              - full_shard

        Good:
            base_model: tiiuae/falcon-7b
            deepspeed: deepspeed_configs/zero2.json

    Fix
        DeepSpeed, or `fsdp_config` without the old list. No single change is right.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1563 (executed)
    """
    plan = subject.plan
    if fsdp.fsdp(plan) and "falcon" in str(plan.get("base_model")).lower():
        message = f"fsdp with {plan.get('base_model')}: Axolotl refuses FSDP for a model with falcon in its name"
        yield self.finding(message, "fsdp", "base_model", plan=plan)
