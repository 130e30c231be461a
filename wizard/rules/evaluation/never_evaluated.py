"""MW750."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, evaluation
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule("MW750", "never-evaluated", "warning", fix="unsafe", keys=("val_set_size", "test_datasets"))
def never_evaluated(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Data are kept aside to evaluate on, and no evaluation is ever made.

    What it checks
        `val_set_size` or `test_datasets` is set, and nothing says when to evaluate: no `eval_steps`, no
        `eval_strategy`, and no `evals_per_epoch` or one that is exactly 1 over the whole run
        (`evals_per_epoch: 1` with `num_epochs: 1`).

    Why it matters
        Axolotl turns `evals_per_epoch` into a share of all steps and keeps it only below 1; at exactly 1 it drops it
        without a word. Without any of the three, transformers' default holds, which is not to evaluate. The data kept
        aside are neither trained on nor looked at.

    Example
        Bad:
            val_set_size: 0.05
            evals_per_epoch: 1
            num_epochs: 1

        Bad:
            val_set_size: 0.05

        Good:
            val_set_size: 0.05
            evals_per_epoch: 2
            num_epochs: 1

        Good:
            val_set_size: 0.05
            eval_strategy: epoch

    Fix
        `eval_strategy: epoch` in place of the rate: an evaluation after each pass. Where that is refused, as with
        `do_bench_eval`, two each pass. Not safe: it takes time, and memory that the run did not need before.

    Source
        axolotl 0.19.0 utils/config/__init__.py:257, core/builders/base.py:524 (read)
    """
    plan = subject.plan
    size = evaluation.val_set_size(plan)
    if size == 1 or not (size > 0 or evaluation.test_datasets(plan)):  # of 1, the share of all, MW756 tells
        return
    if evaluation.eval_steps(plan) or evaluation.eval_strategy(plan):
        return
    rate = evaluation.evals_per_epoch(plan)
    if rate > 0 and rate * number(plan.get("num_epochs"), 1.0) != 1:
        return
    kept = "val_set_size" if early.is_set(plan, "val_set_size") else "test_datasets"
    why = f"evals_per_epoch {plan.shown('evals_per_epoch')} over the whole run" if rate else "nothing says when"
    fix = subject.first_that_runs(
        Fix({"evals_per_epoch": REMOVE, "eval_strategy": "epoch"}, "unsafe", "eval_strategy: epoch"),
        Fix({"evals_per_epoch": 2}, "unsafe", "evals_per_epoch: 2"),
    )
    yield self.finding(f"{kept} is set, and likely no evaluation is ever made: {why}", kept, plan=plan, fix=fix)
