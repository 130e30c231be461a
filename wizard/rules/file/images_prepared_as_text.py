"""MW881."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets, images, packing
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW881",
    "images-prepared-as-text",
    "error",
    fix="unsafe",
    keys=("processor_type",),
    crashes="message keys are currently supported",
)
def images_prepared_as_text(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Rows with images without `skip_prepare_dataset`.

    What it checks
        `processor_type` in supervised training, with `datasets` that do not stream, and no
        `skip_prepare_dataset: true`.

    Why it matters
        Axolotl makes tokens of the rows before training, as it does for text. The collator that reads images looks for
        messages then, and finds none: "Only configured `field_messages`, `messages`, and `conversations` message keys
        are currently supported", at the first step.

    Example
        Bad:
            base_model: Qwen/Qwen2-VL-2B-Instruct
            processor_type: AutoProcessor
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
        `skip_prepare_dataset: true`. Not safe: where the rows are text alone, `processor_type` is what has to go.

    Source
        axolotl 0.19.0 and 0.21.0 processing_strategies.py:263, utils/data/wrappers.py:103 (executed on a CPU)
    """
    plan = subject.plan
    if not images.seen(plan, subject.model) or packing.streams(plan) or not datasets.prepares(plan):
        return
    if not datasets.entries(plan, "datasets"):
        return
    message = "processor_type without skip_prepare_dataset: rows become tokens of text before images are read"
    fix = Fix({"skip_prepare_dataset": True}, "unsafe", "skip_prepare_dataset: true")
    yield self.finding(f"{message}: the run dies", "skip_prepare_dataset", "processor_type", plan=plan, fix=fix)
