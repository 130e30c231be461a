"""MW419."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, packing
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW419",
    "streaming-implied",
    "warning",
    fix="safe",
    keys=("pretraining_dataset",),
    quotes="Setting `pretraining_dataset` without explicitly setting `streaming: true` is deprecated",
)
def streaming_implied(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`pretraining_dataset` without `streaming: true`.

    What it checks
        `pretraining_dataset` is set and `streaming` is not on.

    Why it matters
        Today Axolotl streams it all the same, and warns that it will stop doing so: the same file would
        then download and tokenize the whole corpus before the first step.

    Example
        Bad:
            datasets: null
            pretraining_dataset:
              - path: allenai/c4
                name: en
            max_steps: 100

        Good:
            datasets: null
            pretraining_dataset:
              - path: allenai/c4
                name: en
            max_steps: 100
            streaming: true

    Fix
        `streaming: true`. Safe: it is what happens now. Unsafe where several `datasets` are packed too,
        which Axolotl refuses once `streaming` is written.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:94 (executed), utils/data/sft.py:63 (read)
    """
    plan = subject.plan
    if not packing.pretraining_dataset(plan) or packing.streaming(plan):
        return
    datasets = plan.get("datasets")
    refused = isinstance(datasets, list) and len(datasets) > 1 and early.is_set(plan, "sample_packing")
    message = "pretraining_dataset without streaming: true: Axolotl streams it still, and warns that it will stop"
    fix = Fix({"streaming": True}, "unsafe" if refused else "safe", "streaming: true")
    yield self.finding(message, "streaming", "pretraining_dataset", plan=plan, fix=fix)
