"""MW806."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW806", "no-dataset", "error", keys=("base_model",), quotes="either datasets or pretraining_dataset is required")
def no_dataset(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Nothing to train on.

    What it checks
        Neither `datasets` nor `pretraining_dataset` is set, in a file that names a base model.

    Why it matters
        Axolotl refuses the file.

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            datasets: null

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca

    Fix
        Name a dataset: a path or a Hugging Face id, and the type of its rows.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:79 (executed)
    """
    if subject.written.isdisjoint(("datasets", "pretraining_dataset")):
        message = "neither datasets nor pretraining_dataset is set: Axolotl refuses the file"
        yield self.finding(message, "datasets", "base_model", plan=subject.plan)
