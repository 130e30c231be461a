"""MW106."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW106",
    "fp8-without-compile",
    "warning",
    fix="safe",
    quotes="torch_compile is strongly recommended for FP8",
    keys=("fp8",),
)
def fp8_without_compile(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`fp8: true` without `torch_compile: true`.

    What it checks
        `fp8` is on and `torch_compile` is neither true nor `auto` (which counts on torch 2.5.1 and later).

    Why it matters
        Scaling and casting to fp8 cost more than the products save, until torch.compile fuses them:
        without it no speed-up is seen.

    Example
        Bad:
            fp8: true

        Good:
            fp8: true
            torch_compile: true

    Fix
        `torch_compile: true`. Safe: the same numbers, after a slower first step.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:446 (executed)
    """
    plan = subject.plan
    if not precision.fp8(plan) or precision.compiles(plan):
        return
    message = "fp8 without torch_compile brings no speed: the casts cost what the products save"
    fix = Fix({"torch_compile": True}, "safe", "torch_compile: true")
    yield self.finding(message, "fp8", "torch_compile", plan=plan, fix=fix)
