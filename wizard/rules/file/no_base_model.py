"""MW807."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW807",
    "no-base-model",
    "error",
    keys=("datasets", "learning_rate", "pretraining_dataset"),
    quotes="Field required",
)
def no_base_model(self: Rule, subject: Subject) -> Iterator[Finding]:
    """No model to train.

    What it checks
        `base_model` is not set, in a file that names a dataset or a learning rate.

    Why it matters
        Axolotl refuses the file.

    Example
        Bad:
            base_model: null
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca

    Fix
        Name a model: a Hugging Face id or a folder.

    Source
        axolotl 0.19.0 utils/schemas/model.py (executed)
    """
    if "base_model" not in subject.written:
        yield self.finding("base_model is not set: Axolotl refuses the file", "base_model", plan=subject.plan)
