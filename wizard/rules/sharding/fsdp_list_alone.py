"""MW633."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed, fsdp
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW633", "fsdp-list-alone", "warning", keys=("fsdp",), axolotl_until="0.19")
def fsdp_list_alone(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The old `fsdp` list without `fsdp_config`.

    What it checks
        `fsdp` is not empty and `fsdp_config` has no value.

    Why it matters
        The list only says that FSDP is on; how is read from `fsdp_config`. Without that block Axolotl asks an
        object that is not there, and the run ends in an AttributeError before it trains. From 0.20 on the list is
        refused (MW690).

    Example
        Bad:
            fsdp:
              - full_shard
              - auto_wrap

        Good:
            fsdp_version: 2
            fsdp_config:
              reshard_after_forward: true

    Fix
        `fsdp_version: 2` and an `fsdp_config` in place of the list. What belongs in it depends on the model.

    Source
        axolotl 0.19.0 utils/trainer.py:597 and :673 (read)
    """
    plan = subject.plan
    if fsdp.fsdp(plan) and not fsdp.fsdp_config(plan) and not deepspeed.deepspeed(plan):
        message = "fsdp without fsdp_config: the list is deprecated, and alone it likely ends in an AttributeError"
        yield self.finding(message, "fsdp", "fsdp_config", plan=plan)
