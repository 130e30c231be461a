"""MW438."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets, images, packing
from wizard.domain.finding import Finding, Fix, Severity
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW438",
    "packing-with-images",
    "error",
    fix="unsafe",
    keys=("processor_type",),
    crashes=("Column 'input_ids' doesn't exist", "Can only automatically infer lengths for datasets"),
)
def packing_with_images(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Rows are packed, or put together by length, in training with images.

    What it checks
        `processor_type` is set and `sample_packing` or `group_by_length` is on, without `rl` (which refuses packing
        anyway). Where rows are prepared all the same, without `skip_prepare_dataset`, it is a warning.

    Why it matters
        The collator that turns images into tensors is used for unpacked rows only. Both measure
        rows by their tokens, and rows with images have none before a batch is made: "Column 'input_ids' doesn't exist",
        "Can only automatically infer lengths". Axolotl's guide asks for `sample_packing: false`; its validation says
        nothing.

    Example
        Bad:
            processor_type: AutoProcessor
            sample_packing: true

        Bad:
            processor_type: AutoProcessor
            skip_prepare_dataset: true
            group_by_length: true

        Good:
            processor_type: AutoProcessor
            sample_packing: false

    Fix
        The key is turned off. Unsafe: each row then costs a row's memory. For text alone, leave
        `processor_type` out instead.

    Source
        axolotl 0.19.0 core/builders/causal.py:516 and :535, docs/multimodal.qmd:42 (read); 0.21.0 on a CPU (executed)
    """
    plan = subject.plan
    if not images.supervised(plan):
        return
    measures = {"sample_packing": packing.sample_packing(plan), "group_by_length": flag(plan.get("group_by_length"))}
    severity: Severity = "warning" if datasets.prepares(plan) else "error"
    for key in (key for key, is_on in measures.items() if is_on):
        what = "the run dies while rows are measured" if severity == "error" else "images likely never reach the model"
        fix = Fix({key: False}, "unsafe", f"{key}: false")
        message = f"{key} beside processor_type: {what}"
        yield self.finding(message, key, "processor_type", plan=plan, severity=severity, fix=fix)
