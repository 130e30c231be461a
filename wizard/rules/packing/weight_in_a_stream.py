"""MW981."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets, packing
from wizard.domain.finding import Finding
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW981",
    "weight-in-a-stream",
    "warning",
    keys=("streaming",),
    quotes="Dataset weight is not supported with streaming datasets",
    axolotl_since="0.20",
)
def weight_in_a_stream(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A `weight` below 1 of a streamed data set.

    What it checks
        `streaming` is on, and an entry of `datasets` has a `weight` below 1.

    Why it matters
        A stream has no rows to draw a share of: Axolotl warns, and trains on all of them. (Of 0.19, which says
        nothing, MW922 tells it.)

    Example
        Bad:
            streaming: true
            max_steps: 100
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                weight: 0.5

        Good:
            max_steps: 100
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                weight: 0.5

    Fix
        Without `streaming` the share is drawn; there is none to apply.

    Source
        axolotl 0.20.0 and 0.21.0 utils/schemas/validation.py, check_streaming_w_dataset_weight (executed)
    """
    plan = subject.plan
    for entry in datasets.entries(plan, "datasets") if packing.streaming(plan) else ():
        if number(entry.values.get("weight"), 1.0) < 1:
            message = "weight of a streamed data set: Axolotl draws no share of it, all rows are trained"
            yield self.finding(message, entry.path("weight"), "streaming", plan=plan)
