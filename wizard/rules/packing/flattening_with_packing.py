"""MW427."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing
from wizard.axolotl.packing import flattens
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.packing._common import takes_flattened
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW427",
    "flattening-with-packing",
    "error",
    fix="unsafe",
    keys=("batch_flattening",),
    quotes="batch_flattening not compatible with sample_packing",
)
def flattening_with_packing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`batch_flattening` and `sample_packing` are both on.

    What it checks
        `batch_flattening: true` beside `sample_packing`, with an attention that could do either.

    Why it matters
        Both make one long row of a batch, each in its own way. Axolotl refuses the pair; with
        `batch_flattening: auto` it lets packing win.

    Example
        Bad:
            micro_batch_size: 4
            attn_implementation: flash_attention_2
            batch_flattening: true
            sample_packing: true

        Good:
            micro_batch_size: 4
            attn_implementation: flash_attention_2
            sample_packing: true

    Fix
        Take `batch_flattening` out, as `auto` would decide. Unsafe: flattening may be what was meant.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1089 (executed)
    """
    plan = subject.plan
    if not flattens(plan) or not packing.sample_packing(plan) or not takes_flattened(plan):
        return
    message = "batch_flattening and sample_packing both make one row of a batch: Axolotl refuses the pair"
    fix = Fix({"batch_flattening": REMOVE}, "unsafe", "no batch_flattening")
    yield self.finding(message, "batch_flattening", "sample_packing", plan=plan, fix=fix)
