"""MW777."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule("MW777", "stopped-at-once", "warning", fix="unsafe", keys=("early_stopping_patience", "loss_watchdog_threshold"))
def stopped_at_once(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A number below which the run is ended as soon as it begins.

    What it checks
        `early_stopping_patience` below 0, and `loss_watchdog_threshold` of 0 or less.

    Why it matters
        -1 is often meant for "never". The run is ended at its first evaluation, however good that is, since no count
        of bad ones is below -1; and a loss is above 0 always, so that the watchdog ends the run after
        `loss_watchdog_patience` steps with a loss in the log (3 where none is written). It ends as if it were done.

    Example
        Bad:
            val_set_size: 0.05
            eval_steps: 50
            save_steps: 50
            early_stopping_patience: -1

        Bad:
            loss_watchdog_threshold: 0

        Good:
            val_set_size: 0.05
            eval_steps: 50
            save_steps: 50
            early_stopping_patience: 3

        Good:
            loss_watchdog_threshold: 5.0

    Fix
        Without the key nothing ends the run early. Not safe: it trains longer.

    Source
        transformers 5.20.1 trainer_callback.py EarlyStoppingCallback.on_evaluate; axolotl 0.21.0
        utils/callbacks/__init__.py:63-82 (read)
    """
    plan = subject.plan
    patience = number(plan.get("early_stopping_patience"), 0.0)
    if patience < 0 and evaluation.evaluates(plan):
        fix = Fix({"early_stopping_patience": REMOVE}, "unsafe", "no early_stopping_patience")
        message = f"early_stopping_patience: {patience:g} ends the run at its first evaluation, however good that is"
        yield self.finding(message, "early_stopping_patience", plan=plan, fix=fix)
    threshold = number(plan.get("loss_watchdog_threshold"), 1.0)
    if threshold <= 0:
        changes = {"loss_watchdog_threshold": REMOVE, "loss_watchdog_patience": REMOVE}
        fix = Fix({key: value for key, value in changes.items() if key in plan.values}, "unsafe", "no loss watchdog")
        message = f"loss_watchdog_threshold: {threshold:g}: every loss is above it, and the run ends after a few steps"
        yield self.finding(message, "loss_watchdog_threshold", plan=plan, fix=fix)
