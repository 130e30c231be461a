"""MW761."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import dataset_types as loading
from wizard.axolotl import datasets
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW761", "type-block-unread", "warning", keys=("rl",))
def type_block_unread(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A block under `type` for a kind of training that reads none.

    What it checks
        A block in place of a type's name under `rl: orpo`, `grpo`, `gdpo` or `ebft`. It is an error where a key of it
        is one that blocks of supervised training have, under `orpo` and `ebft`.

    Why it matters
        The entry is read as one of supervised training, which drops `field_prompt`, `field_chosen` and the others;
        an empty block counts as no type, so the rows are used as they are. Where a key is left, the loader looks for
        a transform that these methods do not have, and stops.

    Example
        Bad:
            rl: orpo
            datasets:
              - path: data.jsonl
                type:
                  field_prompt: question
                  field_chosen: chosen
                  field_rejected: rejected

        Good:
            rl: orpo
            datasets:
              - path: data.jsonl
                type: chat_template.argilla

    Fix
        Columns named `prompt`, `chosen` and `rejected` without a `type`, or a type by name.

    Source
        axolotl 0.19.0 and 0.21.0 utils/config/__init__.py, validate_config, and utils/data/rl.py (executed)
    """
    plan = subject.plan
    for entry in datasets.entries(plan, "datasets", "test_datasets"):
        if not loading.unread_block(plan, entry):
            continue
        method, path = loading.method(plan), entry.path("type")
        message = f"{path}: rl: {method} reads no block here; its keys are dropped without a word"
        if loading.loader(plan) in ("orpo", "ebft") and loading.left_of_block(entry):
            message = f"{path}: rl: {method} has no transform for a block: the run stops when the data is loaded"
            yield self.finding(message, path, plan=plan, severity="error")
        else:
            yield self.finding(f"{message}, and the rows are used as they are", path, plan=plan)
