"""MW611."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed, fsdp
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW611",
    "deepspeed-with-fsdp-config",
    "error",
    keys=("deepspeed",),
    quotes="deepspeed and fsdp cannot be used together",
)
def deepspeed_with_fsdp_config(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`deepspeed` beside `fsdp_config`.

    What it checks
        Both `deepspeed` and `fsdp_config` have a value, and the old `fsdp` list has none (that is MW610).

    Why it matters
        From 0.20 on Axolotl refuses the file. Before, its check looks at the old list only: the environment is set
        up for FSDP, and the trainer is given the DeepSpeed file all the same, of which one at best works.

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
        axolotl 0.20.0 utils/schemas/validation.py:1679 (executed);
        axolotl 0.19.0 utils/trainer.py:673 and core/builders/causal.py:192 (read); the validator accepts it (executed)
    """
    plan = subject.plan
    if not deepspeed.deepspeed(plan) or not fsdp.fsdp_config(plan) or fsdp.fsdp(plan):
        return
    if fsdp.only_fsdp2(plan):
        message = (
            "deepspeed and fsdp_config are both set: Axolotl refuses the file, since only one can divide the model"
        )
        yield self.finding(message, "deepspeed", "fsdp_config", plan=plan)
        return
    message = (
        "deepspeed and fsdp_config are both set: Axolotl accepts it, sets up FSDP and hands the trainer the "
        "DeepSpeed file too, which likely fails; keep one"
    )
    yield self.finding(message, "deepspeed", "fsdp_config", plan=plan, severity="warning", quoted=False)
