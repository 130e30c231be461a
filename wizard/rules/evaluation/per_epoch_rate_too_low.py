"""MW731."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation
from wizard.domain.finding import Finding
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule

_PAIRS = (("evals_per_epoch", "evaluated"), ("saves_per_epoch", "saved"))


@rule("MW731", "per-epoch-rate-too-low", "warning", keys=("num_epochs",))
def per_epoch_rate_too_low(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`evals_per_epoch` or `saves_per_epoch` times `num_epochs` is below 1.

    What it checks
        `num_epochs` is below 1 so far that no whole evaluation, or no checkpoint, falls into the run.

    Why it matters
        Axolotl turns the rate into a share of all steps. Above 1 it drops the rate with a warning, after the data
        were prepared: there is no such evaluation, and the model is saved at the end only.

    Example
        Bad:
            num_epochs: 0.5
            saves_per_epoch: 1

        Good:
            num_epochs: 0.5
            saves_per_epoch: 2

    Fix
        A higher rate, or steps. How often is the person's choice.

    Source
        axolotl 0.19.0 utils/config/__init__.py:250 (read)
    """
    plan = subject.plan
    epochs = number(plan.get("num_epochs"), 1.0)
    for key, done in _PAIRS:
        rate = evaluation.per_epoch(plan, key)
        if rate > 0 and 0 < rate * epochs < 1:
            message = (
                f"{key} {plan.shown(key)} in {plan.shown('num_epochs')} epochs: likely nothing is {done} before the end"
            )
            yield self.finding(message, key, "num_epochs", plan=plan)
