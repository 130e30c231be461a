"""MW439."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW439",
    "min-sample-len-above-sequence-len",
    "error",
    fix="unsafe",
    keys=("min_sample_len",),
    crashes="num_samples should be a positive integer value",
)
def min_sample_len_above_sequence_len(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The shortest row that is kept is longer than the longest.

    What it checks
        `min_sample_len` is above `sequence_len` (512 where that is not set). Under `rl` nobody reads it (MW732).

    Why it matters
        Rows above `sequence_len` are dropped or cut, and rows below `min_sample_len` dropped: none is left.
        Axolotl's validation lets it pass, and the run dies when training begins: "num_samples should be a positive
        integer value, but got num_samples=0".

    Example
        Bad:
            sequence_len: 1024
            min_sample_len: 2048

        Good:
            sequence_len: 2048
            min_sample_len: 16

    Fix
        Take `min_sample_len` out: rows of 2 tokens and more are kept then. Unsafe: other rows are trained on.

    Source
        axolotl 0.19.0 utils/data/utils.py:151 and :334; 0.21.0 (trained with on a CPU)
    """
    plan = subject.plan
    length = subject.effective.sequence_len
    least = number(plan.get("min_sample_len"), 0.0)
    if not least > length or batch.sequence_len_as_written(plan) <= 0 or preference.rl(plan):
        return
    message = f"min_sample_len {least:g} is above sequence_len {length}: likely no row is left to train on"
    fix = Fix({"min_sample_len": REMOVE}, "unsafe", "no min_sample_len")
    yield self.finding(message, "min_sample_len", "sequence_len", plan=plan, fix=fix)
