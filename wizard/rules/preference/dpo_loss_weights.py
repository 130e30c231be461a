"""MW742."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW742",
    "dpo-loss-weights",
    "error",
    keys=("dpo_loss_weights",),
    quotes=(
        "`dpo_loss_weights` requires `dpo_loss_type` to be set",
        "`dpo_loss_type` and `dpo_loss_weights` must be the same length",
    ),
)
def dpo_loss_weights(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`dpo_loss_weights` that do not match the losses.

    What it checks
        With `rl: dpo`: `dpo_loss_weights` is set, and `dpo_loss_type` is not set or has another length.

    Why it matters
        Each loss has one weight, so Axolotl refuses the file.

    Example
        Bad:
            rl: dpo
            dpo_loss_weights: [1.0, 0.5]

        Bad:
            rl: dpo
            dpo_loss_type: [sigmoid]
            dpo_loss_weights: [1.0, 0.5]

        Good:
            rl: dpo
            dpo_loss_type: [sigmoid, bco_pair]
            dpo_loss_weights: [1.0, 0.5]

    Fix
        As many weights as losses. Which is the person's choice.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:784 (executed)
    """
    plan = subject.plan
    losses, weights = plan.get("dpo_loss_type"), plan.get("dpo_loss_weights")
    if preference.rl(plan) != "dpo":
        return
    if losses is None:
        message = "dpo_loss_weights without dpo_loss_type: Axolotl refuses the file"
    elif isinstance(losses, list) and isinstance(weights, list) and len(losses) != len(weights):
        message = f"dpo_loss_type has {len(losses)} losses, dpo_loss_weights {len(weights)}: Axolotl refuses the file"
    else:
        return
    yield self.finding(message, "dpo_loss_weights", "dpo_loss_type", plan=plan)
