"""MW739."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation, preference
from wizard.domain.finding import Finding
from wizard.domain.plan import Plan
from wizard.domain.values import flag, number
from wizard.rules.registry import Rule, Subject, rule


@rule("MW739", "best-model-not-loaded", "warning", keys=("load_best_model_at_end",))
def best_model_not_loaded(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`load_best_model_at_end` that Axolotl turns off without a word.

    What it checks
        `load_best_model_at_end: true` without data to evaluate on, without `eval_steps` or `save_steps` (or their
        times an epoch), with `save_steps` that are no multiple of `eval_steps`, with `val_set_size` beside
        `test_datasets`, or with `rl`.

    Why it matters
        Axolotl hands it on only where evaluations and checkpoints meet. Otherwise the last weights are kept, not the
        best, and no line of the log says so.

    Example
        Bad:
            load_best_model_at_end: true
            val_set_size: 0.05
            eval_steps: 100
            save_steps: 150

        Good:
            load_best_model_at_end: true
            val_set_size: 0.05
            eval_steps: 100
            save_steps: 200

    Fix
        Set what the message names. There is none to apply: how often is a matter of the run's length.

    Source
        axolotl 0.19.0 and 0.21.0 core/builders/causal.py:251 (0.21.0 trained on a CPU without any of them: executed)
    """
    plan = subject.plan
    why = _why(plan) if flag(plan.get("load_best_model_at_end")) else None
    if why is not None:
        message = f"load_best_model_at_end has no effect {why}: Axolotl turns it off without a word"
        yield self.finding(message, "load_best_model_at_end", plan=plan)


def _why(plan: Plan) -> str | None:
    if preference.rl(plan):
        return f"under rl: {preference.rl(plan)}"
    kept = evaluation.val_set_size(plan) > 0
    if not kept and not evaluation.test_datasets(plan):
        return "without val_set_size or test_datasets"
    if kept and evaluation.test_datasets(plan):
        return "with val_set_size beside test_datasets"
    evals = evaluation.eval_steps(plan) or _share(plan, evaluation.evals_per_epoch(plan))
    saves = evaluation.save_steps(plan) or _share(plan, evaluation.per_epoch(plan, "saves_per_epoch"))
    if not evals or not saves:
        return f"without {'eval_steps' if not evals else 'save_steps'}"
    return None if saves % evals == 0 else f"with save_steps {saves:g} and eval_steps {evals:g}, which is no part of it"


def _share(plan: Plan, times: float) -> float:
    """The steps that Axolotl makes of times an epoch: a share of all."""
    share = 1.0 / (times * number(plan.get("num_epochs"), 1.0)) if times > 0 and plan.get("num_epochs") else 0.0
    return share if share < 1.0 else 0.0
