"""MW460."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW460",
    "s2-attention-removed",
    "error",
    fix="unsafe",
    keys=("s2_attention",),
    quotes="`s2_attention` (shifted-sparse attention) is no longer supported",
)
def s2_attention_removed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`s2_attention`, which Axolotl no longer has.

    What it checks
        `s2_attention` is on.

    Why it matters
        Axolotl refuses the file. Shifted sparse attention was for long contexts; without it attention is
        whole, and a flash kernel keeps its memory linear in the length.

    Example
        Bad:
            s2_attention: true

        Good:
            attn_implementation: flash_attention_2

    Fix
        Take it out. Unsafe: whole attention is computed instead.

    Source
        axolotl 0.19.0 utils/schemas/deprecated.py:132 (executed)
    """
    if not flag(subject.plan.get("s2_attention")):
        return
    fix = Fix({"s2_attention": REMOVE}, "unsafe", "take s2_attention out")
    message = "s2_attention is gone from Axolotl: it refuses the file"
    yield self.finding(message, "s2_attention", plan=subject.plan, fix=fix)
