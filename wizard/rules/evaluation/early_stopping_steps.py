"""MW719."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation
from wizard.domain.finding import Finding
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW719",
    "early-stopping-steps",
    "error",
    keys=("early_stopping_patience",),
    quotes=(
        "`early_stopping_patience` requires save_steps and eval_steps to be set",
        "`early_stopping_patience` requires that eval_steps should evenly divide save_steps",
    ),
)
def early_stopping_steps(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Early stopping whose checkpoints do not fall on evaluations.

    What it checks
        `early_stopping_patience` is set, and `save_steps` or `eval_steps` is not, or `save_steps` is no multiple of
        `eval_steps`. `saves_per_epoch` and `evals_per_epoch` do not count here.

    Why it matters
        At the end the best checkpoint is loaded, so every checkpoint needs an evaluation. Axolotl refuses the file.

    Example
        Bad:
            val_set_size: 0.05
            early_stopping_patience: 3
            evals_per_epoch: 4

        Bad:
            val_set_size: 0.05
            early_stopping_patience: 3
            eval_steps: 50
            save_steps: 120

        Good:
            val_set_size: 0.05
            early_stopping_patience: 3
            eval_steps: 50
            save_steps: 100

    Fix
        Set `eval_steps`, and `save_steps` to a multiple of it.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1766 (executed)
    """
    plan = subject.plan
    if number(plan.get("early_stopping_patience"), 0.0) == 0:
        return
    save, evaluate = evaluation.save_steps(plan), evaluation.eval_steps(plan)
    if save == 0 or evaluate == 0:
        message = "early_stopping_patience needs save_steps and eval_steps: Axolotl refuses the file"
    elif save % evaluate != 0:
        message = (
            f"save_steps {plan.shown('save_steps')} is no multiple of eval_steps {plan.shown('eval_steps')}, which "
            "early_stopping_patience needs: Axolotl refuses the file"
        )
    else:
        return
    yield self.finding(message, "early_stopping_patience", "save_steps", "eval_steps", plan=plan)
