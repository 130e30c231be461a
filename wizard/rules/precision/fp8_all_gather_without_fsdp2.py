"""MW211."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW211",
    "fp8-all-gather-without-fsdp2",
    "error",
    fix="unsafe",
    keys=("fp8_enable_fsdp_float8_all_gather",),
    quotes="fp8_enable_fsdp_float8_all_gather requires FSDP2",
)
def fp8_all_gather_without_fsdp2(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`fp8_enable_fsdp_float8_all_gather` without `fsdp_version: 2` at the top level.

    What it checks
        `fp8_enable_fsdp_float8_all_gather` is on, and the top-level `fsdp_version` is not the number 2. A
        version inside `fsdp_config`, or `"2"` in quotes, does not count for this check.

    Why it matters
        Axolotl refuses the file: weights are gathered in fp8 only by FSDP2.

    Example
        Bad for 0.19:
            fp8: true
            torch_compile: true
            fp8_enable_fsdp_float8_all_gather: true
            fsdp_config:
              fsdp_version: 2
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

        Bad:
            fp8: true
            torch_compile: true
            fp8_enable_fsdp_float8_all_gather: true

        Good:
            fp8: true
            torch_compile: true
            fp8_enable_fsdp_float8_all_gather: true
            fsdp_version: 2
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

    Fix
        With an `fsdp_config`: `fsdp_version: 2` at the top level, safe where the block says 2 already.
        Without FSDP: take the switch out, which has no effect there.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:461 (executed)
    """
    plan = subject.plan
    if not plan.get("fp8_enable_fsdp_float8_all_gather"):
        return
    if fsdp.only_fsdp2(plan):
        fine, needs = bool(fsdp.fsdp_config(plan)), "fsdp_config"
    else:
        fine, needs = fsdp.version_on_top(plan) == 2, "fsdp_version: 2, a number at the top level"
    if fine:
        return
    version = fsdp.early_version(plan)
    message = f"fp8_enable_fsdp_float8_all_gather needs {needs}: Axolotl refuses it"
    if fsdp.fsdp_config(plan):
        fix = Fix({"fsdp_version": 2}, "safe" if str(version) == "2" else "unsafe", "fsdp_version: 2")
    else:
        fix = Fix({"fp8_enable_fsdp_float8_all_gather": REMOVE}, "safe", "take the all-gather switch out")
    yield self.finding(message, "fp8_enable_fsdp_float8_all_gather", "fsdp_version", plan=plan, fix=fix)
