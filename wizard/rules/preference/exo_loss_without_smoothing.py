"""MW787."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import number, texts
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW787",
    "exo-loss-without-smoothing",
    "error",
    fix="unsafe",
    keys=("dpo_loss_type",),
    crashes=("Label smoothing must be greater than 0.0",),
)
def exo_loss_without_smoothing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The loss `exo_pair` without label smoothing.

    What it checks
        With `rl: dpo`, `exo_pair` in `dpo_loss_type` and `dpo_label_smoothing` 0 or not set.

    Why it matters
        TRL refuses it when the trainer is made: the loss takes the logarithm of the smoothing.

    Example
        Bad:
            rl: dpo
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
                split: train
            dpo_loss_type: [exo_pair]

        Good:
            rl: dpo
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
                split: train
            dpo_loss_type: [exo_pair]
            dpo_label_smoothing: 0.001

    Fix
        `dpo_label_smoothing: 0.001`, as the paper has it. Not safe: it is a setting of the loss.

    Source
        trl 1.9.0 trainer/dpo_trainer.py:780, 1.14.1 :799; axolotl 0.19.0 and 0.21.0 (executed on a CPU)
    """
    plan = subject.plan
    if preference.rl(plan) != "dpo" or "exo_pair" not in texts(plan.get("dpo_loss_type")):
        return
    if number(plan.get("dpo_label_smoothing"), 0.0) == 0:
        fix = Fix({"dpo_label_smoothing": 0.001}, "unsafe", "dpo_label_smoothing: 0.001")
        message = "dpo_loss_type exo_pair without dpo_label_smoothing: TRL refuses it, and the run dies at its start"
        yield self.finding(message, "dpo_loss_type", "dpo_label_smoothing", plan=plan, fix=fix)
