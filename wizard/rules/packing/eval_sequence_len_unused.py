"""MW437."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule("MW437", "eval-sequence-len-unused", "hint", fix="safe", keys=("eval_sequence_len",))
def eval_sequence_len_unused(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`eval_sequence_len` without `test_datasets`, the only data it is for.

    What it checks
        `eval_sequence_len` is set and `test_datasets` is not.

    Why it matters
        Rows held back by `val_set_size` are cut with the training rows, at `sequence_len`. So evaluation
        likely is as long, and costs as much, as without it.

    Example
        Bad:
            sequence_len: 4096
            eval_sequence_len: 1024
            val_set_size: 0.1

        Good:
            sequence_len: 4096
            eval_sequence_len: 1024
            test_datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                split: train

    Fix
        Take it out. Safe: it has no effect.

    Source
        axolotl 0.19.0 utils/data/sft.py:83 and :347 (read)
    """
    plan = subject.plan
    if not plan.get("eval_sequence_len") or evaluation.test_datasets(plan):
        return
    message = "eval_sequence_len likely has no effect: only rows of test_datasets are cut to it"
    fix = Fix({"eval_sequence_len": REMOVE}, "safe", "no eval_sequence_len")
    yield self.finding(message, "eval_sequence_len", "test_datasets", plan=plan, fix=fix)
