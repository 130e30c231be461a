"""MW462."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import nearest
from wizard.domain.text import quoted
from wizard.rules.registry import Rule, Subject, rule

_ACCEPTED = ("auto", "sdpa", "triton_flash")


@rule(
    "MW462",
    "large-head-attention-unknown",
    "error",
    fix="unsafe",
    keys=("large_head_attention",),
    quotes="large_head_attention must be one of",
)
def large_head_attention_unknown(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`large_head_attention` has a name that Axolotl does not know.

    What it checks
        `large_head_attention` is none of auto, sdpa and triton_flash, in whatever case.

    Why it matters
        Axolotl refuses the file, so that a slip does not choose a kernel.

    Example
        Bad:
            large_head_attention: triton

        Good:
            large_head_attention: triton_flash

    Fix
        The name most like it, else `sdpa`, the default. Unsafe: it is a guess.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1605 (executed)
    """
    named = subject.plan.get("large_head_attention")
    if not isinstance(named, str) or named.lower() in _ACCEPTED:
        return
    guess = nearest(named, _ACCEPTED) or "sdpa"
    message = f"large_head_attention: {quoted(named)} is none of {', '.join(_ACCEPTED)}: Axolotl refuses it"
    fix = Fix({"large_head_attention": guess}, "unsafe", f"large_head_attention: {guess}")
    yield self.finding(message, "large_head_attention", plan=subject.plan, fix=fix)
