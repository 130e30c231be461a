"""MW959."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets, images
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW959",
    "image-columns-removed",
    "error",
    fix="safe",
    keys=("remove_unused_columns",),
    crashes="No columns in the dataset match the model's forward method signature",
)
def image_columns_removed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`remove_unused_columns: true` in training with images, whose rows the model does not take as they are.

    What it checks
        `remove_unused_columns: true` beside `processor_type` and `skip_prepare_dataset: true`, in supervised training
        of a model that sees.

    Why it matters
        Rows with images stay messages until the batch is made. transformers takes out every column that is none of the
        model's arguments, and none is left: "No columns in the dataset match the model's forward method signature", at
        the first step. Without the key Axolotl keeps them.

    Example
        Bad:
            base_model: Qwen/Qwen2-VL-2B-Instruct
            processor_type: AutoProcessor
            skip_prepare_dataset: true
            remove_unused_columns: true
            datasets:
              - path: HuggingFaceH4/llava-instruct-mix-vsft
                type: chat_template

        Good:
            base_model: Qwen/Qwen2-VL-2B-Instruct
            processor_type: AutoProcessor
            skip_prepare_dataset: true
            remove_unused_columns: false
            datasets:
              - path: HuggingFaceH4/llava-instruct-mix-vsft
                type: chat_template

    Fix
        `remove_unused_columns: false`. Safe: with true nothing is trained.

    Source
        axolotl 0.19.0 and 0.21.0 core/trainers/base.py, transformers 5.16.1 and 5.20.1 trainer.py (trained with on a
        CPU)
    """
    plan = subject.plan
    if not images.seen(plan, subject.model):
        return
    if flag(plan.get("remove_unused_columns")) and not datasets.prepares(plan):
        message = "remove_unused_columns: true takes the messages with images away: the run dies at its first step"
        fix = Fix({"remove_unused_columns": False}, "safe", "remove_unused_columns: false")
        yield self.finding(message, "remove_unused_columns", plan=plan, fix=fix)
