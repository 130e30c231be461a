"""MW767."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, beta, preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule("MW767", "beta-covered", "warning", fix="safe", keys=beta.BETAS)
def beta_covered(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`rl_beta` beside another `trl.beta`, which covers it.

    What it checks
        Under `rl`, but for `orpo`: `trl.beta` is written, 0 among it, and `rl_beta` or `dpo_beta` is another number.

    Why it matters
        Axolotl hands on `trl.beta` and does not look at the other: with `trl.beta: 0` nothing holds the model near its
        reference.

    Example
        Bad:
            rl: grpo
            rl_beta: 0.1
            micro_batch_size: 4
            trl:
              beta: 0.0
              num_generations: 4

        Good:
            rl: grpo
            micro_batch_size: 4
            trl:
              beta: 0.1
              num_generations: 4

    Fix
        The key that does not count goes. Safe: nothing changes.

    Source
        axolotl 0.19.0 and 0.21.0 core/builders/rl.py:147 (executed on a CPU)
    """
    plan = subject.plan
    inner = batch.trl(plan).get("beta")
    if inner is None or preference.rl(plan) in (None, "orpo"):
        return
    counts = number(inner, 0.0)
    covered = [key for key in beta.BETAS if plan.get(key) is not None and number(plan.get(key), counts) != counts]
    if covered:
        message = f"{' and '.join(covered)} beside trl.beta: {counts:g}, which alone counts"
        fix = Fix(dict.fromkeys(covered, REMOVE), "safe", f"no {' and '.join(covered)}")
        yield self.finding(message, *covered, beta.INNER, plan=plan, fix=fix)
