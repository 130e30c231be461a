"""MW213."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW213",
    "fp8-all-gather-rowwise",
    "error",
    fix="unsafe",
    keys=("fp8_enable_fsdp_float8_all_gather",),
    quotes="`fp8_enable_fsdp_float8_all_gather` only supports the tensorwise",
)
def fp8_all_gather_rowwise(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`fp8_enable_fsdp_float8_all_gather` beside another recipe than tensorwise.

    What it checks
        `fp8_enable_fsdp_float8_all_gather` is on and `fp8_config.recipe` is set to anything but tensorwise.

    Why it matters
        Axolotl refuses the file: a gathered fp8 weight has one scale for the whole tensor.

    Example
        Bad:
            fp8: true
            torch_compile: true
            fp8_enable_fsdp_float8_all_gather: true
            fp8_config:
              recipe: rowwise
            fsdp_version: 2
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

        Good:
            fp8: true
            torch_compile: true
            fp8_config:
              recipe: rowwise
            fsdp_version: 2
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

    Fix
        Take the all-gather switch out. Unsafe: weights are gathered in bf16, which is slower.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:442 (executed)
    """
    plan = subject.plan
    block = mapping(plan, "fp8_config")
    recipe = block.get("recipe", "tensorwise")
    if not plan.get("fp8_enable_fsdp_float8_all_gather") or recipe == "tensorwise":
        return
    message = f"fp8_enable_fsdp_float8_all_gather works with recipe tensorwise only, not {recipe}: Axolotl refuses it"
    fix = Fix({"fp8_enable_fsdp_float8_all_gather": REMOVE}, "unsafe", "take the all-gather switch out")
    yield self.finding(message, "fp8_enable_fsdp_float8_all_gather", "fp8_config", plan=plan, fix=fix)
