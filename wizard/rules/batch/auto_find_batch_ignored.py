"""MW115."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule("MW115", "auto-find-batch-ignored", "warning", fix="safe", keys=("auto_find_batch_size",))
def auto_find_batch_ignored(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`auto_find_batch_size` beside `rl`, where nothing reads it.

    What it checks
        `auto_find_batch_size` is on and `rl` is set.

    Why it matters
        The retry with half the batch after an out-of-memory error is handed on for supervised training and
        reward models alone. With `rl` the run likely ends at the first such error.

    Example
        Bad:
            rl: dpo
            auto_find_batch_size: true

        Good:
            rl: dpo

    Fix
        Take it out, and choose `micro_batch_size` for the GPU. Safe: it has no effect.

    Source
        axolotl 0.19.0 core/builders/causal.py:239 and core/builders/rl.py (read)
    """
    plan = subject.plan
    if not flag(plan.get("auto_find_batch_size")) or not preference.rl(plan):
        return
    message = f"auto_find_batch_size likely has no effect with rl: {plan.shown('rl'):.20}: no retry after out of memory"
    fix = Fix({"auto_find_batch_size": REMOVE}, "safe", "no auto_find_batch_size")
    yield self.finding(message, "auto_find_batch_size", "rl", plan=plan, fix=fix)
