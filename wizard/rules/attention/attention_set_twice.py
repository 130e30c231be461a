"""MW450."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention
from wizard.axolotl.attention import LEGACY, old_flags
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW450",
    "attention-set-twice",
    "error",
    fix="unsafe",
    keys=("attn_implementation",),
    quotes="cannot be combined with legacy attention flags",
)
def attention_set_twice(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`attn_implementation` beside one of the old attention flags.

    What it checks
        `attn_implementation` and any of `flash_attention`, `sdp_attention`, `flex_attention`,
        `xformers_attention`, `sage_attention` and `eager_attention` are both set.

    Why it matters
        Axolotl refuses the file, even where both mean the same.

    Example
        Bad:
            attn_implementation: flash_attention_2
            flash_attention: true

        Good:
            attn_implementation: flash_attention_2

    Fix
        Take the old flags out. Safe where they mean what `attn_implementation` says, unsafe where not.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1571 (executed)
    """
    plan = subject.plan
    named, flags = attention.attn_implementation(plan), old_flags(plan)
    if not named or not flags:
        return
    message = f"attn_implementation: {named} beside {', '.join(flags)}: Axolotl refuses to choose between them"
    same = all(LEGACY[flag] == named for flag in flags)
    fix = Fix(dict.fromkeys(flags, REMOVE), "safe" if same else "unsafe", f"take {', '.join(flags)} out")
    yield self.finding(message, *flags, "attn_implementation", plan=plan, fix=fix)
