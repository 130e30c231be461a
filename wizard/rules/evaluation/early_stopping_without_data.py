"""MW733."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation, preference
from wizard.domain.finding import Finding
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW733",
    "early-stopping-without-data",
    "error",
    keys=("early_stopping_patience",),
    crashes=(
        "EarlyStoppingCallback requires metric_for_best_model to be defined",
        "EarlyStoppingCallback requires IntervalStrategy of steps or epoch",
        "--load_best_model_at_end requires the save and eval strategy to match",
    ),
)
def early_stopping_without_data(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Early stopping in a run that is never evaluated.

    What it checks
        `early_stopping_patience` is set, with `save_steps` and `eval_steps` (MW719), and there is neither a
        `val_set_size` nor `test_datasets`, or `eval_strategy` is `no`. Under `rl` nobody reads it (MW732).

    Why it matters
        What an early stop waits for is never measured. Axolotl takes the file, and the run dies as training begins,
        after the data is prepared and the model loaded.

    Example
        Bad:
            early_stopping_patience: 3
            eval_steps: 50
            save_steps: 50

        Good:
            val_set_size: 0.05
            early_stopping_patience: 3
            eval_steps: 50
            save_steps: 50

    Fix
        Keep rows aside with `val_set_size`, or name `test_datasets`. There is none to apply: how many is a matter of
        the data.

    Source
        axolotl 0.19.0 and 0.21.0 core/builders/{base,causal}.py; transformers 5.20.1 trainer_callback.py:751 (0.21.0
        on a CPU: executed)
    """
    plan = subject.plan
    if number(plan.get("early_stopping_patience"), 0.0) == 0 or preference.rl(plan) or evaluation.evaluates(plan):
        return
    if not evaluation.save_steps(plan) or not evaluation.eval_steps(plan):
        return
    off = evaluation.val_set_size(plan) > 0 or evaluation.test_datasets(plan)
    why = "eval_strategy: no" if off else "neither val_set_size nor test_datasets"
    message = f"early_stopping_patience with {why}: nothing is measured, and the run dies as training begins"
    yield self.finding(message, "early_stopping_patience", plan=plan)
