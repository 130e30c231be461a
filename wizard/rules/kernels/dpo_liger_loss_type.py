"""MW557."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW557",
    "dpo-liger-loss-type",
    "error",
    fix="unsafe",
    keys=("dpo_use_liger_kernel",),
    quotes=("`dpo_use_liger_kernel` does not support the `ipo` loss type", "uses only the first entry of"),
    axolotl_until="0.20",
)
def dpo_liger_loss_type(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Liger's DPO loss with a loss type it has not, or with several.

    What it checks
        `dpo_use_liger_kernel` is on, and the loss is `ipo` (`rl: ipo`, or first in `dpo_loss_type`), or
        `dpo_loss_type` has more than one entry.

    Why it matters
        Liger's kernel has no IPO: Axolotl refuses that. Of several losses it computes the first and leaves the
        others out, with a warning.

    Example
        Bad:
            rl: dpo
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
            dpo_use_liger_kernel: true
            dpo_loss_type: [ipo]

        Bad:
            rl: dpo
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
            dpo_use_liger_kernel: true
            dpo_loss_type: [sigmoid, sft]

        Good:
            rl: dpo
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
            dpo_use_liger_kernel: true
            dpo_loss_type: [sigmoid]

    Fix
        `dpo_use_liger_kernel` goes, so that the losses asked for are computed. Not safe: it costs memory.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:805 (executed)
    """
    plan = subject.plan
    if not flag(plan.get("dpo_use_liger_kernel")):
        return
    written = plan.get("dpo_loss_type")
    losses = written if isinstance(written, list) else []
    fix = Fix({"dpo_use_liger_kernel": REMOVE}, "unsafe", "no dpo_use_liger_kernel")
    if preference.rl(plan) == "ipo" or (losses and losses[0] == "ipo"):
        message = "dpo_use_liger_kernel has no ipo loss: Axolotl refuses the config"
        yield self.finding(message, "dpo_use_liger_kernel", "dpo_loss_type", "rl", plan=plan, fix=fix)
    elif len(losses) > 1:
        message = f"dpo_use_liger_kernel computes {losses[0]} alone and leaves out the rest of dpo_loss_type"
        yield self.finding(message, "dpo_use_liger_kernel", "dpo_loss_type", plan=plan, severity="warning", fix=fix)
