"""MW458."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW458",
    "flash-optimum-with-amp",
    "error",
    fix="unsafe",
    keys=("flash_optimum",),
    quotes=(
        "AMP is not supported with BetterTransformer",
        "BetterTransformers probably doesn't work with PEFT adapters",
        "You should probably set bfloat16 or float16 to true",
    ),
)
def flash_optimum_with_amp(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`flash_optimum` beside mixed precision.

    What it checks
        `flash_optimum` is on, and `fp16` or `bf16` is too; `bf16` not written is `auto`, which counts.

    Why it matters
        Axolotl refuses BetterTransformer under mixed precision. What it brought, fused attention, is
        `attn_implementation: sdpa` today.

    Example
        Bad:
            flash_optimum: true
            bf16: auto

        Good:
            flash_optimum: true
            bf16: false
            bfloat16: true

        Good:
            attn_implementation: sdpa
            bf16: auto

    Fix
        Take `flash_optimum` out. Unsafe: another attention path.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1675 (executed)
    """
    plan = subject.plan
    if not flag(plan.get("flash_optimum")):
        return
    mixed = "fp16" if precision.fp16(plan) else "bf16" if precision.bf16(plan) else None
    if mixed is None:
        return
    message = f"flash_optimum does not go with {mixed} mixed precision (bf16 not written is auto): Axolotl refuses it"
    fix = Fix({"flash_optimum": REMOVE}, "unsafe", "take flash_optimum out")
    yield self.finding(message, "flash_optimum", mixed, plan=plan, fix=fix)
