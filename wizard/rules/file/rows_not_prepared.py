"""MW887."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import dataset_types as loading
from wizard.axolotl import datasets, images
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW887",
    "rows-not-prepared",
    "error",
    fix="unsafe",
    keys=("skip_prepare_dataset",),
    crashes=("You should supply an encoding", "Column 'input_ids' doesn't exist"),
)
def rows_not_prepared(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Rows of text with `skip_prepare_dataset`.

    What it checks
        `skip_prepare_dataset: true` in supervised training without `processor_type`, with a dataset whose `type` says
        how text is made of its rows.

    Why it matters
        With that key Axolotl does not look at the type: the rows go to the trainer as they are. Where they are no
        tokens yet the run dies at the first step, "You should supply an encoding", or with packing before it, "Column
        'input_ids' doesn't exist". The key is for images, which need `processor_type` beside it, and for rows that are
        tokenized already, which want no type.

    Example
        Bad:
            base_model: Qwen/Qwen3-0.6B
            skip_prepare_dataset: true
            datasets:
              - path: data.jsonl
                type: alpaca

        Bad:
            base_model: Qwen/Qwen2-VL-2B-Instruct
            skip_prepare_dataset: true
            datasets:
              - path: data.jsonl
                type: chat_template

        Good:
            skip_prepare_dataset: false
            datasets:
              - path: data.jsonl
                type: alpaca

    Fix
        Leave the key out. Not safe: rows are tokenized then. For a model that sees, `processor_type: AutoProcessor`,
        since who writes the key for one means to train it on images.

    Source
        axolotl 0.19.0 and 0.21.0 utils/data/wrappers.py:103 (executed on a CPU)
    """
    plan, model = subject.plan, subject.model
    if datasets.prepares(plan) or loading.loader(plan) != "supervised" or images.with_images(plan):
        return
    if model is None:
        return
    for entry in datasets.entries(plan, "datasets"):
        if isinstance(entry.type, str) and entry.type:
            what = f"{entry.path('type')} {entry.type}"
            if model.multimodal:
                message = f"skip_prepare_dataset without processor_type: {what} is unread, images too, and the run dies"
                fix = Fix({"processor_type": "AutoProcessor"}, "unsafe", "processor_type: AutoProcessor")
            else:
                message = f"skip_prepare_dataset leaves {what} unread: rows of text are no tokens, and the run dies"
                fix = Fix({"skip_prepare_dataset": REMOVE}, "unsafe", "no skip_prepare_dataset")
            yield self.finding(message, "skip_prepare_dataset", plan=plan, fix=fix)
            return
