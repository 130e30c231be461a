"""MW430."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch
from wizard.domain.finding import Finding
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule

_FIELDS = ("sequence_len", "eval_sequence_len")


@rule("MW430", "sequence-len-not-positive", "warning", keys=_FIELDS)
def sequence_len_not_positive(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A length in tokens is zero or negative.

    What it checks
        `sequence_len` is 0 or less, or `eval_sequence_len` is negative.

    Why it matters
        Axolotl's validation takes any whole number. Rows longer than `sequence_len` are dropped without a
        word, so all of them are: the run likely ends for want of data, after the dataset was prepared.

    Example
        Bad:
            sequence_len: -1

        Good:
            sequence_len: 2048

    Fix
        Write the length in tokens that a row may have.

    Source
        axolotl 0.19.0 utils/schemas/config.py:671 (executed), utils/data/sft.py:347 (read)
    """
    plan = subject.plan
    if batch.sequence_len_as_written(plan) <= 0:
        message = f"sequence_len {plan.shown('sequence_len'):.20} drops every row: Axolotl accepts it and likely fails"
        yield self.finding(message, "sequence_len", plan=plan)
    if number(plan.get("eval_sequence_len"), 1.0) < 0:
        message = "a negative eval_sequence_len drops every row of the test data: Axolotl accepts it and likely fails"
        yield self.finding(message, "eval_sequence_len", plan=plan)
