"""MW212."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW212",
    "fp8-config-without-fp8",
    "error",
    fix="safe",
    keys=("fp8_config",),
    quotes="`fp8_config` requires `fp8: true`",
)
def fp8_config_without_fp8(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`fp8_config` without `fp8: true`.

    What it checks
        `fp8_config` is written, be it empty, and `fp8` is not on.

    Why it matters
        Axolotl refuses the file: nothing would read the block.

    Example
        Bad:
            fp8_config:
              recipe: rowwise

        Good:
            fp8: true
            torch_compile: true
            fp8_config:
              recipe: rowwise

    Fix
        Take `fp8_config` out. Safe: without `fp8` nothing reads it. If fp8 is wanted, write `fp8: true`.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:434 (executed)
    """
    plan = subject.plan
    if plan.get("fp8_config") is None or early.is_set(plan, "fp8"):
        return
    fix = Fix({"fp8_config": REMOVE}, "safe", "take fp8_config out")
    message = "fp8_config without fp8: true: Axolotl refuses it"
    yield self.finding(message, "fp8_config", "fp8", plan=plan, fix=fix)
