"""MW611."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed, fsdp
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW611", "deepspeed-with-fsdp-config", "warning", keys=("deepspeed",))
def deepspeed_with_fsdp_config(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`deepspeed` beside `fsdp_config`.

    What it checks
        Both `deepspeed` and `fsdp_config` have a value, and the old `fsdp` list has none (that is MW610).

    Why it matters
        Axolotl's check looks at the old list only. The environment is then set up for FSDP, and the trainer is
        given the DeepSpeed file all the same: two ways to divide one model, of which one at best works.

    Example
        Bad:
            deepspeed: deepspeed_configs/zero1.json
            fsdp_version: 2
            fsdp_config:
              reshard_after_forward: true

        Good:
            fsdp_version: 2
            fsdp_config:
              reshard_after_forward: true

    Fix
        Take out one of the two. No single change is right, since only the person knows which was meant.

    Source
        axolotl 0.19.0 utils/trainer.py:673 and core/builders/causal.py:192 (read); the validator accepts it (executed)
    """
    plan = subject.plan
    if deepspeed.deepspeed(plan) and fsdp.fsdp_config(plan) and not fsdp.fsdp(plan):
        message = (
            "deepspeed and fsdp_config are both set: Axolotl accepts it, sets up FSDP and hands the trainer the "
            "DeepSpeed file too, which likely fails; keep one"
        )
        yield self.finding(message, "deepspeed", "fsdp_config", plan=plan)
