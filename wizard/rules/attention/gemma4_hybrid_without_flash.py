"""MW453."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW453",
    "gemma4-hybrid-without-flash",
    "error",
    fix="unsafe",
    keys=("gemma4_hybrid_attn_impl",),
    quotes="gemma4_hybrid_attn_impl requires attn_implementation=flash_attention_2",
)
def gemma4_hybrid_without_flash(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`gemma4_hybrid_attn_impl` beside another attention than FlashAttention-2.

    What it checks
        `gemma4_hybrid_attn_impl` is on and `attn_implementation` is set to anything but flash_attention_2.

    Why it matters
        The hybrid runs Gemma 4's sliding windows in FlashAttention-2 and its global layers, whose heads are
        too wide for it, in sdpa. Axolotl refuses any other start.

    Example
        Bad:
            gemma4_hybrid_attn_impl: true
            attn_implementation: sdpa

        Good:
            gemma4_hybrid_attn_impl: true
            attn_implementation: flash_attention_2

    Fix
        `attn_implementation: flash_attention_2`. Unsafe: another kernel, which needs its library.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1564 (executed)
    """
    plan = subject.plan
    named = attention.attn_implementation(plan)
    if not attention.gemma4_hybrid_attn_impl(plan) or not named or named == "flash_attention_2":
        return
    message = f"gemma4_hybrid_attn_impl needs flash_attention_2, and attn_implementation is {named}: Axolotl refuses it"
    fix = Fix({"attn_implementation": "flash_attention_2"}, "unsafe", "attn_implementation: flash_attention_2")
    yield self.finding(message, "gemma4_hybrid_attn_impl", "attn_implementation", plan=plan, fix=fix)
