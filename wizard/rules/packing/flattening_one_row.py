"""MW428."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, packing
from wizard.axolotl.packing import flattens
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.packing._common import takes_flattened
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW428",
    "flattening-one-row",
    "warning",
    fix="safe",
    keys=("batch_flattening",),
    quotes="batch_flattening has no effect with micro_batch_size == 1",
)
def flattening_one_row(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`batch_flattening` with a batch of one row.

    What it checks
        `batch_flattening: true` and `micro_batch_size` is 1 or not written.

    Why it matters
        One row has no padding to take out: it has no effect, and Axolotl says so.

    Example
        Bad:
            micro_batch_size: 1
            batch_flattening: true
            attn_implementation: flash_attention_2

        Good:
            micro_batch_size: 4
            batch_flattening: true
            attn_implementation: flash_attention_2

    Fix
        Take `batch_flattening` out. Safe: it has no effect.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1091 (executed)
    """
    plan = subject.plan
    if not flattens(plan) or packing.sample_packing(plan) or not takes_flattened(plan):
        return
    if batch.micro_batch_size(plan) != 1:
        return
    message = "batch_flattening has no effect with micro_batch_size 1, and Axolotl warns of it"
    fix = Fix({"batch_flattening": REMOVE}, "safe", "no batch_flattening")
    yield self.finding(message, "batch_flattening", "micro_batch_size", plan=plan, fix=fix)
