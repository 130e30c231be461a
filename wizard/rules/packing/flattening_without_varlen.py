"""MW426."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.attention import normalized
from wizard.axolotl.packing import flattens
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.packing._common import takes_flattened, with_attention
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW426",
    "flattening-without-varlen",
    "error",
    fix="unsafe",
    keys=("batch_flattening",),
    quotes="batch_flattening requires a varlen-capable attention backend",
)
def flattening_without_varlen(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`batch_flattening` with an attention that can't tell the rows apart.

    What it checks
        `batch_flattening: true` and `attn_implementation` is not set, or is sdpa, eager, fp8 or a kernel
        that Axolotl does not know to take rows by their lengths (`varlen` is one from
        0.21 on). `batch_flattening: auto` is off then.

    Why it matters
        A flattened batch is one long row, and the attention must know where each sample begins. Axolotl
        refuses the config.

    Example
        Bad:
            micro_batch_size: 4
            batch_flattening: true
            attn_implementation: sdpa

        Good:
            micro_batch_size: 4
            batch_flattening: true
            attn_implementation: flash_attention_2

        Good:
            micro_batch_size: 4
            batch_flattening: true
            attn_implementation: varlen

        Bad for 0.20:
            micro_batch_size: 4
            batch_flattening: true
            attn_implementation: varlen

    Fix
        `attn_implementation: flash_attention_2`, or no flattening where the GPU can't run it. Unsafe: another
        kernel computes.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1085, 0.21.0 :1338 (executed)
    """
    plan = subject.plan
    name = normalized(plan)
    if not flattens(plan) or takes_flattened(plan):
        return
    message = f"batch_flattening needs flash attention or the like, not {name or 'the default':.60}: Axolotl refuses it"
    if subject.machine is not None and subject.machine.flash_attention_2 is False:
        fix = Fix({"batch_flattening": REMOVE}, "unsafe", "no batch_flattening")
    else:
        fix = Fix(with_attention(plan, "flash_attention_2"), "unsafe", "attn_implementation: flash_attention_2")
    yield self.finding(message, "batch_flattening", "attn_implementation", plan=plan, fix=fix)
