"""MW454."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.attention import LEGACY, normalized
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW454",
    "scaling-softmax-without-flex",
    "error",
    fix="unsafe",
    keys=("scaling_softmax",),
    quotes="scaling_softmax requires flex attention",
)
def scaling_softmax_without_flex(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`scaling_softmax` with another attention than flex_attention.

    What it checks
        `scaling_softmax` is on and `attn_implementation` is not flex_attention, or not set.

    Why it matters
        Only flex attention lets Axolotl change the scores before the softmax. It refuses the file.

    Example
        Bad:
            scaling_softmax: true
            attn_implementation: sdpa

        Good:
            scaling_softmax: true
            attn_implementation: flex_attention

    Fix
        `attn_implementation: flex_attention`. Unsafe: another kernel.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:211 (executed)
    """
    plan = subject.plan
    named = normalized(plan)
    if not flag(plan.get("scaling_softmax")) or named == "flex_attention":
        return
    message = f"scaling_softmax needs flex_attention, and the attention is {named or 'not set'}: Axolotl refuses it"
    others = {key: REMOVE for key in (*LEGACY, "gemma4_hybrid_attn_impl") if key in plan}
    fix = Fix({"attn_implementation": "flex_attention", **others}, "unsafe", "attn_implementation: flex_attention")
    yield self.finding(message, "scaling_softmax", "attn_implementation", plan=plan, fix=fix)
