"""MW821."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import dataset_types as loading
from wizard.axolotl import datasets
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_TOKENS = {"input_ids", "attention_mask", "labels"}


@rule(
    "MW821",
    "dataset-without-type",
    "warning",
    keys=("datasets", "test_datasets"),
    crashes="'NoneType' object has no attribute 'startswith'",
)
def dataset_without_type(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A dataset of supervised training without a type.

    What it checks
        An entry without `type` where rows are tokenized before training, and its file is not known to be so already.

    Why it matters
        Only rows that are tokenized already, with `input_ids`, `attention_mask` and `labels`, can be read without;
        others stop the run with "AttributeError: 'NoneType' object has no attribute 'startswith'".

    Example
        Bad:
            datasets:
              - path: data.jsonl

        Good:
            datasets:
              - path: data.jsonl
                type: completion

    Fix
        Name the type that reads the rows: `chat_template` for messages, `completion` for plain text.

    Source
        axolotl 0.19.0 and 0.21.0 utils/data/wrappers.py, get_dataset_wrapper (0.19.0 executed on a CPU)
    """
    plan = subject.plan
    if loading.loader(plan) != "supervised":
        return
    for entry in datasets.entries(plan, "datasets", "test_datasets"):
        head = subject.heads.get(str(entry.values.get("path")))
        if head is not None and {*head.columns} >= _TOKENS:
            continue
        if entry.type is None and entry.values.get("path") and loading.is_read(plan, entry):
            message = f"{entry.path()} has no type: the run stops unless its rows are tokenized already"
            yield self.finding(message, entry.path(), plan=plan)
