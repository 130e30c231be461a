"""MW114."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, packing
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule("MW114", "eval-batch-zero", "warning", fix="safe", keys=("eval_batch_size",))
def eval_batch_zero(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`eval_batch_size` is zero or negative.

    What it checks
        `eval_batch_size` is 0 or less, and evaluation is not packed (then it has no effect).

    Why it matters
        Axolotl puts `micro_batch_size` in its place only where nothing is written. A 0 is not handed on
        either, so evaluation likely runs with transformers' own default of 8 rows: more memory than
        anything in the file says, and perhaps out of memory at the first evaluation.

    Example
        Bad:
            micro_batch_size: 1
            gradient_accumulation_steps: 4
            eval_batch_size: 0

        Good:
            micro_batch_size: 1
            gradient_accumulation_steps: 4

    Fix
        Take it out; Axolotl evaluates with `micro_batch_size` then. Safe: evaluation computes the same.

    Source
        axolotl 0.19.0 utils/config/__init__.py:215, core/builders/base.py:680 (read); accepted by
        utils/schemas/training.py:89 (executed)
    """
    plan = subject.plan
    written = batch.written_eval_batch_size(plan)
    packed = packing.sample_packing(plan) and packing.eval_sample_packing(plan) is not False
    micro = subject.effective.micro_batch
    if written < 0:
        message = f"eval_batch_size {written:g} is no batch: evaluation likely fails"
    elif written == 0:
        message = f"eval_batch_size 0 is no batch: evaluation likely runs with 8 rows instead of {micro}"
    else:
        return
    if not packed:
        fix = Fix({"eval_batch_size": REMOVE}, "safe", f"no eval_batch_size, so {micro}")
        yield self.finding(message, "eval_batch_size", plan=plan, fix=fix)
