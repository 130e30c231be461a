"""MW421."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW421",
    "stream-grouped-by-length",
    "warning",
    fix="unsafe",
    keys=("group_by_length",),
    quotes="You probably want to disable group_by_length",
)
def stream_grouped_by_length(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`group_by_length` beside `pretraining_dataset`.

    What it checks
        Both are set.

    Why it matters
        Sorting by length needs every row first, so a stream is downloaded whole. Axolotl warns of it.

    Example
        Bad:
            datasets: null
            pretraining_dataset:
              - path: allenai/c4
                name: en
            streaming: true
            max_steps: 100
            group_by_length: true

        Good:
            datasets: null
            pretraining_dataset:
              - path: allenai/c4
                name: en
            streaming: true
            max_steps: 100

    Fix
        Take `group_by_length` out. Unsafe: rows may come in another order.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1492 (executed)
    """
    plan = subject.plan
    if not packing.pretraining_dataset(plan) or not plan.get("group_by_length"):
        return
    message = "group_by_length would download the whole pretraining_dataset: Axolotl advises against it"
    fix = Fix({"group_by_length": REMOVE}, "unsafe", "no group_by_length")
    yield self.finding(message, "group_by_length", "pretraining_dataset", plan=plan, fix=fix)
