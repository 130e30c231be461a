"""MW412."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing, preference
from wizard.axolotl.attention import normalized
from wizard.domain.finding import Finding, Fix
from wizard.rules.packing._common import with_attention
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW412",
    "packing-without-attention",
    "warning",
    fix="unsafe",
    keys=("sample_packing",),
    quotes="`sample_packing` without an attention backend",
)
def packing_without_attention(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Rows are packed and no attention is chosen.

    What it checks
        `sample_packing` is on and neither `attn_implementation` nor one of the old attention flags is set.

    Why it matters
        Samples packed into one row are kept apart only by an attention that Axolotl knows. With none named,
        each sample also attends to those before it in the row: the run goes through and learns from the
        wrong context.

    Example
        Bad:
            attn_implementation: null
            sample_packing: true

        Good:
            attn_implementation: flash_attention_2
            sample_packing: true

    Fix
        `attn_implementation: flash_attention_2`, or sdpa where the GPU can't run it. Unsafe: samples no
        longer see each other, which is the point, and changes what is computed.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:201 (executed)
    """
    plan = subject.plan
    if not packing.sample_packing(plan) or preference.rl(plan) or normalized(plan) is not None:
        return
    lacks_flash = subject.machine is not None and subject.machine.flash_attention_2 is False
    name = "sdpa" if lacks_flash else "flash_attention_2"
    message = "sample_packing without attn_implementation: packed samples see each other, and Axolotl warns of it"
    fix = Fix(with_attention(plan, name), "unsafe", f"attn_implementation: {name}")
    yield self.finding(message, "sample_packing", "attn_implementation", plan=plan, fix=fix)
