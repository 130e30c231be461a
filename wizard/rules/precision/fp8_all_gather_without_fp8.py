"""MW224."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule("MW224", "fp8-all-gather-without-fp8", "warning", fix="safe", keys=("fp8_enable_fsdp_float8_all_gather",))
def fp8_all_gather_without_fp8(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`fp8_enable_fsdp_float8_all_gather` without `fp8: true`.

    What it checks
        `fp8_enable_fsdp_float8_all_gather` is on and `fp8` is not.

    Why it matters
        The switch is read only where fp8 is on: it likely has no effect, and weights are gathered in 16 bits.

    Example
        Bad:
            fp8_enable_fsdp_float8_all_gather: true
            fsdp_version: 2
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

        Good:
            fp8: true
            torch_compile: true
            fp8_enable_fsdp_float8_all_gather: true
            fsdp_version: 2
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

    Fix
        Take the switch out. Safe: it has no effect. If fp8 is wanted, write `fp8: true`.

    Source
        axolotl 0.19.0 loaders/patch_manager.py:729 (read)
    """
    plan = subject.plan
    if not flag(plan.get("fp8_enable_fsdp_float8_all_gather")) or precision.fp8(plan):
        return
    message = "fp8_enable_fsdp_float8_all_gather without fp8: true likely has no effect"
    fix = Fix({"fp8_enable_fsdp_float8_all_gather": REMOVE}, "safe", "take the all-gather switch out")
    yield self.finding(message, "fp8_enable_fsdp_float8_all_gather", "fp8", plan=plan, fix=fix)
