"""MW838."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW838",
    "pretraining-dataset-as-text",
    "error",
    fix="unsafe",
    keys=("pretraining_dataset",),
    quotes="pretraining_dataset: Input should be a valid list",
)
def pretraining_dataset_as_text(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`pretraining_dataset` is one name, as up to Axolotl 0.4.

    What it checks
        `pretraining_dataset` is a text, or one block.

    Why it matters
        Axolotl takes a list of entries, and refuses the file.

    Example
        Bad:
            datasets: null
            pretraining_dataset: allenai/c4
            streaming: true
            max_steps: 100

        Good:
            datasets: null
            pretraining_dataset:
              - path: allenai/c4
            streaming: true
            max_steps: 100

    Fix
        A list with that one entry. Not safe: the file is refused as it is.

    Source
        axolotl v0.4.0 examples/tiny-llama/pretrain.yml (read), axolotl 0.19.0 utils/schemas/config.py (executed)
    """
    plan = subject.plan
    value = plan.get("pretraining_dataset")
    if not value or not isinstance(value, (str, dict)):
        return
    fix = Fix({"pretraining_dataset": [{"path": value} if isinstance(value, str) else value]}, "unsafe", "a list of it")
    message = "pretraining_dataset is no list: Axolotl takes a list of entries with a path, and refuses the file"
    yield self.finding(message, "pretraining_dataset", plan=plan, fix=fix)
