"""MW466."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW466",
    "sdpa-varlen-without-packing",
    "warning",
    fix="safe",
    keys=("sdpa_varlen",),
    quotes="`sdpa_varlen` only affects packed rows",
)
def sdpa_varlen_without_packing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`sdpa_varlen` without packing.

    What it checks
        `sdpa_varlen` is on and `sample_packing` is not.

    Why it matters
        It changes only how packed rows are kept apart: without packing it has no effect, and Axolotl warns.

    Example
        Bad:
            attn_implementation: sdpa
            sdpa_varlen: true

        Good:
            attn_implementation: sdpa
            sdpa_varlen: true
            sample_packing: true
            pad_to_sequence_len: true

    Fix
        Take it out. Safe: it has no effect.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1706 (executed)
    """
    plan = subject.plan
    if not flag(plan.get("sdpa_varlen")) or packing.sample_packing(plan):
        return
    message = "sdpa_varlen changes packed rows only, and nothing is packed: it has no effect"
    fix = Fix({"sdpa_varlen": REMOVE}, "safe", "take sdpa_varlen out")
    yield self.finding(message, "sdpa_varlen", "sample_packing", plan=plan, fix=fix)
