"""MW101."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, early
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW101",
    "batch-size-set",
    "warning",
    fix="safe",
    keys=("batch_size",),
    quotes=("batch_size is not recommended", "please set only one of gradient_accumulation_steps or batch_size"),
)
def batch_size_set(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`batch_size` is set instead of micro_batch_size and gradient_accumulation_steps.

    What it checks
        `batch_size` has a value. Beside `gradient_accumulation_steps`, or with neither that nor
        `micro_batch_size`, Axolotl refuses the config.

    Why it matters
        Memory follows `micro_batch_size` alone. A total batch size hides it, and Axolotl divides it by
        `micro_batch_size` without regard to the number of GPUs, then multiplies by that number: on two
        GPUs the batch is twice what was written.

    Example
        Bad:
            micro_batch_size: 2
            batch_size: 16

        Bad:
            micro_batch_size: 2
            gradient_accumulation_steps: 8
            batch_size: -1

        Good:
            micro_batch_size: 2
            gradient_accumulation_steps: 8

    Fix
        gradient_accumulation_steps = batch_size / micro_batch_size / number of GPUs. Safe where it
        divides evenly on one GPU; elsewhere the number of rows in a step changes, so it is unsafe.

    Source
        axolotl 0.19.0 utils/schemas/training.py:269, utils/schemas/validation.py:222 and :277 (executed);
        utils/config/__init__.py:200 and :222 (read)
    """
    plan = subject.plan
    if len(early.which(plan, ("batch_size", "gradient_accumulation_steps"))) == 2:  # whatever they are
        fix = Fix({"batch_size": REMOVE}, "safe", "remove batch_size")
        message = "batch_size and gradient_accumulation_steps are both set: Axolotl takes only one of them"
        yield self.finding(message, "batch_size", plan=plan, severity="error", fix=fix)
        return
    whole, micro = batch.batch_size(plan), batch.written_micro_batch_size(plan)
    if not whole:
        return
    own = subject.effective.sharding.data  # those that share a tensor or a sequence see the same rows
    steps, even = _steps(whole, micro or 1, own)
    which = "" if own == subject.gpus else " with rows of their own"
    division = f"{whole} / {micro or 1} / {own} GPU{'s' if own > 1 else ''}{which}"
    message = "batch_size hides what memory follows; set micro_batch_size and gradient_accumulation_steps"
    message += f": {division} = {steps}" if even else f": {division} does not divide evenly, {steps} is nearest"
    if not micro:
        message = f"batch_size alone is refused by Axolotl: {message}"
    changes = {"batch_size": REMOVE, "micro_batch_size": micro or 1, "gradient_accumulation_steps": steps}
    safe = even and subject.gpus == 1 and bool(micro)
    fix = Fix(changes, "safe" if safe else "unsafe", f"gradient_accumulation_steps: {steps}, no batch_size")
    yield self.finding(message, "batch_size", plan=plan, severity=None if micro else "error", fix=fix)


def _steps(batch: int, micro: int, gpus: int) -> tuple[int, bool]:
    """Accumulation steps nearest to the wanted batch (at least 1), and whether they meet it."""
    steps = max(1, round(batch / (micro * gpus)))
    return steps, steps * micro * gpus == batch
