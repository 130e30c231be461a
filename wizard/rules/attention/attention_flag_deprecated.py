"""MW463."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention
from wizard.axolotl.attention import LEGACY, old_flags
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW463",
    "attention-flag-deprecated",
    "warning",
    fix="safe",
    keys=tuple(LEGACY),
    quotes="is deprecated and will be removed in a future release. Use `attn_implementation:",
)
def attention_flag_deprecated(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The attention is chosen by one of the old flags.

    What it checks
        `attn_implementation` is not set, and one of `xformers_attention`, `sage_attention`, `flex_attention`,
        `flash_attention`, `sdp_attention` and `eager_attention` is. The first of that order counts.

    Why it matters
        Axolotl turns the flag into `attn_implementation` and warns: it will be removed. Of two flags one is
        ignored without a word.

    Example
        Bad:
            attn_implementation: null
            flash_attention: true

        Good:
            attn_implementation: flash_attention_2

    Fix
        `attn_implementation` with the name that the flag stands for. Safe: what Axolotl makes of it.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1583 (executed)
    """
    plan = subject.plan
    flags = old_flags(plan)
    if not flags or attention.attn_implementation(plan):
        return
    first, name = flags[0], LEGACY[flags[0]]
    message = f"{first} is deprecated: Axolotl takes it as attn_implementation: {name} and warns"
    if len(flags) > 1:
        message += f"; {', '.join(flags[1:])} is ignored beside it"
    changes: dict[str, object] = {"attn_implementation": name, **{flag: REMOVE for flag in LEGACY if flag in plan}}
    fix = Fix(changes, "safe", f"attn_implementation: {name}")
    yield self.finding(message, *flags, plan=plan, fix=fix)
