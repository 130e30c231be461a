"""MW853."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW853",
    "deduplication-impossible",
    "error",
    fix="unsafe",
    keys=("dataset_exact_deduplication",),
    quotes=(
        "dataset_exact_deduplication=True has no effect when skip_prepare_dataset=True",
        "dataset_exact_deduplication is not available for streaming datasets",
    ),
)
def deduplication_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`dataset_exact_deduplication` where the data is not prepared beforehand.

    What it checks
        `dataset_exact_deduplication` beside `skip_prepare_dataset`, `streaming` or `pretraining_dataset`.

    Why it matters
        Rows are compared while the whole data set is prepared. Where that is skipped, or rows come as a stream,
        Axolotl refuses the file.

    Example
        Bad:
            dataset_exact_deduplication: true
            skip_prepare_dataset: true

        Bad:
            dataset_exact_deduplication: true
            streaming: true
            max_steps: 100

        Good:
            dataset_exact_deduplication: true

    Fix
        Take `dataset_exact_deduplication` out. Not safe: rows that come twice are trained on twice.

    Source
        axolotl 0.19.0 utils/schemas/config.py:2280 and :2289 (executed, 0.21.0 the same)
    """
    plan = subject.plan
    if not plan.get("dataset_exact_deduplication"):
        return
    if plan.get("skip_prepare_dataset"):
        other, reason = "skip_prepare_dataset", "which skips the step that finds equal rows"
    elif packing.streams(plan):
        other = "pretraining_dataset" if packing.pretraining_dataset(plan) else "streaming"
        reason = "whose rows are never all there to compare"
    else:
        return
    message = f"dataset_exact_deduplication beside {other}, {reason}: Axolotl refuses the file"
    fix = Fix({"dataset_exact_deduplication": REMOVE}, "unsafe", "no dataset_exact_deduplication")
    yield self.finding(message, "dataset_exact_deduplication", other, plan=plan, fix=fix)
