"""MW451."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention
from wizard.domain.finding import Finding, Fix
from wizard.rules.attention._common import SHORT
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW451",
    "attention-short-name",
    "error",
    fix="safe",
    keys=("attn_implementation",),
    quotes="is not accepted. Use the canonical name",
)
def attention_short_name(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`attn_implementation` has a short name.

    What it checks
        `attn_implementation` is `flash`, `flex` or `sdp`.

    Why it matters
        Axolotl knows what is meant and refuses the file all the same.

    Example
        Bad:
            attn_implementation: flash

        Good:
            attn_implementation: flash_attention_2

    Fix
        The full name. Safe: it is the same thing.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1627 (executed)
    """
    named = attention.attn_implementation(subject.plan)
    if named not in SHORT:
        return
    full = SHORT[named]
    message = f"attn_implementation: {named} is a short name that Axolotl refuses; it wants {full}"
    fix = Fix({"attn_implementation": full}, "safe", f"attn_implementation: {full}")
    yield self.finding(message, "attn_implementation", plan=subject.plan, fix=fix)
