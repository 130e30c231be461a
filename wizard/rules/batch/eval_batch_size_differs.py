"""MW102."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, packing
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW102",
    "eval-batch-size-differs",
    "warning",
    fix="safe",
    keys=("eval_batch_size",),
    quotes="eval_batch_size != micro_batch_size",
)
def eval_batch_size_differs(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`eval_batch_size` differs from `micro_batch_size`.

    What it checks
        `eval_batch_size` is set and is not the value of `micro_batch_size` (1 where that is not set).

    Why it matters
        The memory profile changes between training and evaluation: blocks of one size are freed and others
        are asked for, which fragments the GPU's memory, and a run can fail at its first evaluation. With
        packed evaluation the value has no effect at all, since rows are packed with the training batch size.
        Axolotl warns where both are written.

    Example
        Bad:
            micro_batch_size: 2
            gradient_accumulation_steps: 4
            eval_batch_size: 8

        Good:
            micro_batch_size: 2
            gradient_accumulation_steps: 4
            eval_batch_size: 2

    Fix
        `eval_batch_size` takes the value of `micro_batch_size`. Safe: evaluation computes the same.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:284 (executed); core/trainers/base.py:141 (read)
    """
    plan = subject.plan
    written = batch.eval_batch_size(plan)
    micro = subject.effective.micro_batch
    if not written or written == micro or batch.groups(plan) is not None:  # GRPO's holds whole groups: MW630
        return
    packed = packing.sample_packing(plan) and packing.eval_sample_packing(plan) is not False
    message = f"eval_batch_size {written} differs from micro_batch_size {micro}: " + (
        "it has no effect while evaluation is packed"
        if packed
        else "memory changes between training and evaluation, and runs fail at the first evaluation"
    )
    fix = Fix({"eval_batch_size": micro}, "safe", f"eval_batch_size: {micro}")
    seen = bool(batch.written_micro_batch_size(plan))
    yield self.finding(message, "eval_batch_size", "micro_batch_size", plan=plan, fix=fix, quoted=seen)
