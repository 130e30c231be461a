"""MW418."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW418",
    "stream-counts-tokens",
    "error",
    fix="safe",
    keys=("include_tokens_per_second",),
    quotes="pretraining_dataset and include_tokens_per_second cannot be used together",
)
def stream_counts_tokens(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`include_tokens_per_second` beside `pretraining_dataset`.

    What it checks
        Both are set.

    Why it matters
        Counting tokens needs the whole dataset, and a stream has no end. Axolotl refuses the config.

    Example
        Bad:
            datasets: null
            pretraining_dataset:
              - path: allenai/c4
                name: en
            streaming: true
            max_steps: 100
            include_tokens_per_second: true

        Good:
            datasets: null
            pretraining_dataset:
              - path: allenai/c4
                name: en
            streaming: true
            max_steps: 100

    Fix
        Take `include_tokens_per_second` out. Safe: it only counts.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:594 (executed)
    """
    plan = subject.plan
    if not packing.pretraining_dataset(plan) or not plan.get("include_tokens_per_second"):
        return
    message = "include_tokens_per_second can't count a pretraining_dataset: Axolotl refuses the pair"
    fix = Fix({"include_tokens_per_second": REMOVE}, "safe", "no include_tokens_per_second")
    yield self.finding(message, "include_tokens_per_second", "pretraining_dataset", plan=plan, fix=fix)
