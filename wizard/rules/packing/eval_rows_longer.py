"""MW440."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation, preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import integer
from wizard.rules.registry import Rule, Subject, rule


@rule("MW440", "eval-rows-longer", "warning", fix="unsafe", keys=("eval_sequence_len",))
def eval_rows_longer(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Evaluation rows may be longer than training rows.

    What it checks
        `eval_sequence_len` is above `sequence_len` (512 where that is not set) and `test_datasets` is set.

    Why it matters
        Rows of the test data are kept up to that length, so evaluation likely needs memory that training never
        did, and a run that fits can end at its first evaluation.

    Example
        Bad:
            sequence_len: 2048
            eval_sequence_len: 8192
            test_datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                split: train

        Good:
            sequence_len: 2048
            eval_sequence_len: 2048
            test_datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                split: train

    Fix
        Take `eval_sequence_len` out. Unsafe: longer rows are no longer evaluated.

    Source
        axolotl 0.19.0 utils/data/sft.py:347 (read)
    """
    plan = subject.plan
    longest, length = integer(plan.get("eval_sequence_len"), 0), subject.effective.sequence_len
    if longest <= length or not evaluation.test_datasets(plan) or preference.rl(plan):
        return
    message = f"eval_sequence_len {longest} is above sequence_len {length}: evaluation likely needs more memory"
    fix = Fix({"eval_sequence_len": REMOVE}, "unsafe", "no eval_sequence_len")
    yield self.finding(message, "eval_sequence_len", "sequence_len", plan=plan, fix=fix)
