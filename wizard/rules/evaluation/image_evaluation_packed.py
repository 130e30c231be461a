"""MW779."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation
from wizard.axolotl.images import with_images
from wizard.axolotl.packing import eval_sample_packing
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW779",
    "image-evaluation-packed",
    "error",
    fix="safe",
    keys=("eval_sample_packing",),
    crashes="You should supply an encoding or a list of encodings",
)
def image_evaluation_packed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Evaluation packs its rows, and a processor has to read them.

    What it checks
        `eval_sample_packing` is on beside `processor_type`, and something is kept to evaluate on.

    Why it matters
        Packing has a collator of its own, which knows texts that are tokens already. Rows with images are none before
        their batch: the first evaluation ends the run, perhaps hours after its start.

    Example
        Bad:
            base_model: Qwen/Qwen3-VL-2B-Instruct
            processor_type: AutoProcessor
            skip_prepare_dataset: true
            remove_unused_columns: false
            sample_packing: false
            eval_sample_packing: true
            val_set_size: 0.05
            datasets:
              - path: HuggingFaceH4/llava-instruct-mix-vsft
                type: chat_template

        Good:
            base_model: Qwen/Qwen3-VL-2B-Instruct
            processor_type: AutoProcessor
            skip_prepare_dataset: true
            remove_unused_columns: false
            sample_packing: false
            val_set_size: 0.05
            datasets:
              - path: HuggingFaceH4/llava-instruct-mix-vsft
                type: chat_template

    Fix
        `eval_sample_packing: false`. Safe: the training is the same, and the evaluation runs.

    Source
        axolotl 0.21.0 core/builders/causal.py `build_collator` (executed)
    """
    plan = subject.plan
    if with_images(plan) and eval_sample_packing(plan) and evaluation.evaluates(plan):
        yield self.finding(
            "eval_sample_packing beside processor_type: the first evaluation ends the run: packing knows no images",
            "eval_sample_packing",
            plan=plan,
            fix=Fix({"eval_sample_packing": False}, "safe", "eval_sample_packing: false"),
        )
