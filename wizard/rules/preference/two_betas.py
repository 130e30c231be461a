"""MW745."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule("MW745", "two-betas", "error", fix="safe", keys=("beta",), quotes="beta and trl.beta must match")
def two_betas(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`beta` and `trl.beta` differ.

    What it checks
        Both have a value other than 0, and the values are not equal.

    Why it matters
        Axolotl refuses the file. A `beta` at the top has no effect anyway: it is not a field of Axolotl 0.19.

    Example
        Bad:
            rl: grpo
            beta: 0.1
            trl:
              beta: 0.04

        Good:
            rl: grpo
            trl:
              beta: 0.04

    Fix
        `beta` at the top goes. Safe: only `trl.beta` is read.

    Source
        axolotl 0.19.0 utils/schemas/config.py:2147 (executed)
    """
    plan = subject.plan
    inner = batch.trl(plan).get("beta")
    if plan.get("beta") and inner and plan.get("beta") != inner:
        message = f"beta is {plan.shown('beta')} but trl.beta is {inner}: Axolotl refuses the file"
        fix = Fix({"beta": REMOVE}, "safe", "trl.beta alone")
        yield self.finding(message, "beta", "trl", plan=plan, fix=fix)
