"""MW584."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed, evaluation, schedule
from wizard.domain.finding import Finding, Fix
from wizard.knowledge.schedulers import schedulers
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW584",
    "scheduler-without-evaluation",
    "error",
    fix="unsafe",
    keys=("lr_scheduler",),
    crashes="requires an eval strategy",
)
def scheduler_without_evaluation(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A schedule that follows the evaluation's loss in a run that never evaluates.

    What it checks
        `lr_scheduler` is `reduce_lr_on_plateau` or `greedy`, and nothing is evaluated: neither `val_set_size` nor
        `test_datasets`, or `eval_strategy: no`.

    Why it matters
        Those schedules change the rate after an evaluation. transformers refuses them without one when the trainer
        is made, after the data is prepared and the model loaded.

    Example
        Bad:
            lr_scheduler: reduce_lr_on_plateau

        Good:
            lr_scheduler: reduce_lr_on_plateau
            val_set_size: 0.05
            eval_steps: 50

    Fix
        `cosine`, which needs no evaluation. Not safe: it is another schedule; `val_set_size` is the other way out.

    Source
        transformers 5.16.1 training_args.py (executed); axolotl 0.19.0 core/builders/base.py:481
    """
    plan = subject.plan
    name = schedule.lr_scheduler(plan)
    row = schedulers().get(name)
    if row is None or not row.evaluates or evaluation.evaluates(plan) or deepspeed.brings_schedule(plan):
        return
    message = f"lr_scheduler {name} follows the loss of evaluations, and there are none: the run dies before its start"
    fix = Fix({"lr_scheduler": "cosine", "lr_scheduler_kwargs": None}, "unsafe", "lr_scheduler: cosine")
    yield self.finding(message, "lr_scheduler", "val_set_size", plan=plan, fix=fix)
