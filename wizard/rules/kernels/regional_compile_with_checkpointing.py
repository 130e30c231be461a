"""MW592."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import checkpointing, precision
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW592",
    "regional-compile-with-checkpointing",
    "error",
    fix="safe",
    keys=("torch_compile_regional",),
    quotes="torch_compile_regional cannot be combined with gradient_checkpointing",
    axolotl_since="0.21",
)
def regional_compile_with_checkpointing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Regional compilation with gradient checkpointing.

    What it checks
        `torch_compile`, `torch_compile_regional` and `gradient_checkpointing` are all on.

    Why it matters
        Axolotl refuses the file: what is computed again in the backward pass may run other compiled code than the
        forward pass.

    Example
        Bad:
            torch_compile: true
            torch_compile_regional: true
            gradient_checkpointing: true

        Good:
            torch_compile: true
            gradient_checkpointing: true

    Fix
        `torch_compile_regional` is switched off. Safe: the whole model is compiled instead, which takes longer once.

    Source
        axolotl 0.21.0 utils/schemas/validation.py:2086 (executed)
    """
    plan = subject.plan
    if not flag(plan.get("torch_compile_regional")) or not checkpointing.gradient_checkpointing(plan):
        return
    if not precision.torch_compile(plan):
        return
    fix = Fix({"torch_compile_regional": False}, "safe", "torch_compile_regional: false")
    message = "torch_compile_regional with gradient_checkpointing: Axolotl refuses the file"
    yield self.finding(message, "torch_compile_regional", "gradient_checkpointing", plan=plan, fix=fix)
