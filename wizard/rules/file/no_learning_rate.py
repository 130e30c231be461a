"""MW809."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW809", "no-learning-rate", "error", keys=("base_model",), quotes="learning_rate: Field required")
def no_learning_rate(self: Rule, subject: Subject) -> Iterator[Finding]:
    """No learning rate.

    What it checks
        `learning_rate` is not set, in a file that names a base model.

    Why it matters
        Axolotl refuses the file: it has no default for it.

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            learning_rate: null

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M
            learning_rate: 0.0002

    Fix
        Common starts are 0.0002 for LoRA and QLoRA, 0.00002 for a full fine-tune.

    Source
        axolotl 0.19.0 utils/schemas/training.py (executed)
    """
    if "learning_rate" not in subject.written:
        message = "learning_rate is not set: Axolotl refuses the file, it has no default for it"
        yield self.finding(message, "learning_rate", "base_model", plan=subject.plan)
