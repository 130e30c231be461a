"""MW452."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention
from wizard.axolotl.attention import old_flags
from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import nearest
from wizard.domain.text import quoted
from wizard.knowledge.axolotl.settings import attention_names
from wizard.rules.attention._common import SHORT
from wizard.rules.registry import Rule, Subject, rule

_MEANT = {"fa2": "flash_attention_2", "fa3": "flash_attention_3", "fa4": "flash_attention_4", "math": "eager"}


@rule(
    "MW452",
    "attention-unknown",
    "error",
    fix="unsafe",
    keys=("attn_implementation",),
    quotes="is not a recognized backend. Expected one of",
)
def attention_unknown(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`attn_implementation` has a name that Axolotl does not know.

    What it checks
        `attn_implementation` is none of eager, sdpa, flash_attention_2, flash_attention_3, flash_attention_4,
        flash_attention_torch, flex_attention, xformers, sage and fp8, and has no slash, as the names of
        kernels on the hub have.

    Why it matters
        Axolotl refuses the file. `s2`, which its manual still lists, is among the names it refuses.

    Example
        Bad:
            attn_implementation: fa2

        Bad:
            attn_implementation: s2

        Good:
            attn_implementation: flash_attention_2

        Good:
            attn_implementation: kernels-community/flash-attn3

    Fix
        The known name most like it, else `sdpa`, which runs everywhere. Unsafe: it is a guess.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1631 (executed)
    """
    plan = subject.plan
    named, names = attention.written_as_text(plan), attention_names(subject.axolotl)
    if named is None or named in names or named in SHORT or "/" in named:
        return
    if not named and (old_flags(plan) or attention.gemma4_hybrid_attn_impl(plan)):
        return  # an empty text gives way to the flags
    guess = _MEANT.get(named.lower()) or nearest(named, names) or "sdpa"
    message = f"attn_implementation: {quoted(named)} is no attention that Axolotl knows: it refuses the file"
    fix = Fix({"attn_implementation": guess}, "unsafe", f"attn_implementation: {guess}")
    yield self.finding(message, "attn_implementation", plan=plan, fix=fix)
