"""MW459."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, precision
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW459",
    "flash-optimum-doubtful",
    "warning",
    fix="unsafe",
    keys=("flash_optimum",),
    quotes=(
        "BetterTransformers probably doesn't work with PEFT adapters",
        "You should probably set bfloat16 or float16 to true",
    ),
)
def flash_optimum_doubtful(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`flash_optimum` with an adapter, or with weights in fp32.

    What it checks
        `flash_optimum` is on, without mixed precision, and there is an adapter, or neither `bfloat16` nor
        `float16` is on.

    Why it matters
        BetterTransformer replaces the modules that an adapter is attached to, and its fused attention needs
        16-bit weights. Axolotl warns of both.

    Example
        Bad:
            flash_optimum: true
            bf16: false
            bfloat16: true
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Bad:
            flash_optimum: true
            bf16: false

        Good:
            flash_optimum: true
            bf16: false
            bfloat16: true

    Fix
        Take `flash_optimum` out. Unsafe: another attention path.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1669-1681 (executed)
    """
    plan = subject.plan
    if not flag(plan.get("flash_optimum")):
        return
    if precision.fp16(plan) or precision.bf16(plan):
        return  # refused, which is another finding
    reasons = []
    if adapters.adapter(plan):
        reasons.append("probably does not work with an adapter")
    if not precision.bfloat16(plan) and not precision.float16(plan):
        reasons.append("wants 16-bit weights (bfloat16 or float16)")
    if not reasons:
        return
    fix = Fix({"flash_optimum": REMOVE}, "unsafe", "take flash_optimum out")
    message = f"flash_optimum {' and '.join(reasons)}: Axolotl warns of it"
    yield self.finding(message, "flash_optimum", "adapter", "bfloat16", plan=plan, fix=fix)
