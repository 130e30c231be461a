"""MW614."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW614", "falcon-with-fsdp", "error", keys=("fsdp", "fsdp_config"), quotes="FSDP is not supported for falcon models"
)
def falcon_with_fsdp(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A Falcon model with FSDP.

    What it checks
        `base_model` has "falcon" in its name or path, and `fsdp_config` is not empty (before 0.20: the old
        list `fsdp`).

    Why it matters
        Axolotl refuses the file. It looks at the name alone.

    Example
        Bad:
            base_model: tiiuae/falcon-7b
            fsdp_config:
              reshard_after_forward: true

        Bad:
            base_model: tiiuae/falcon-7b
            fsdp_config: {}

        Good:
            base_model: tiiuae/falcon-7b
            deepspeed: deepspeed_configs/zero2.json

    Fix
        DeepSpeed. No single change is right.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1563, 0.20.0 validation.py:1923 (executed)
    """
    plan = subject.plan
    if fsdp.is_refused(plan):
        message = f"FSDP with {plan.shown('base_model')}: Axolotl refuses FSDP for a model with falcon in its name"
        yield self.finding(message, "fsdp", "base_model", plan=plan)
