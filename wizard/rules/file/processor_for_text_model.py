"""MW895."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import images, preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW895",
    "processor-for-text-model",
    "error",
    fix="unsafe",
    keys=("processor_type",),
    crashes="couldn't find them in the cached files",
)
def processor_for_text_model(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`processor_type` beside a base model that sees nothing.

    What it checks
        `processor_type` without `rl`, for a base model that is known and has neither a vision nor an audio tower, and
        no `processor_config` that says where the processor is.

    Why it matters
        Axolotl loads a processor wherever the key is, and fills in where from only for models that see: it asks the hub
        for a file of no repository, and the run stops before the data is read.

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            processor_type: AutoProcessor

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M

        Good:
            base_model: Qwen/Qwen2-VL-7B-Instruct
            processor_type: AutoProcessor
            chat_template: qwen2_vl
            datasets:
              - path: HuggingFaceH4/llava-instruct-mix-vsft
                type: chat_template
            skip_prepare_dataset: true
            remove_unused_columns: false

    Fix
        The key goes, and `skip_prepare_dataset` with it where rows of text would be left unread. Not safe: a model
        that sees may be meant.

    Source
        axolotl 0.19.0 and 0.21.0 common/datasets.py:60, utils/config/__init__.py:374 (trained with on a CPU)
    """
    plan, model = subject.plan, subject.model
    if model is None or model.multimodal or preference.rl(plan) or plan.get("processor_config"):
        return
    if images.with_images(plan):
        message = f"processor_type {plan.shown('processor_type')}: this base model sees nothing, and has no processor"
        both = {"processor_type": REMOVE, "skip_prepare_dataset": REMOVE}
        fix = subject.first_that_runs(
            Fix({"processor_type": REMOVE}, "unsafe", "no processor_type"),
            Fix(both, "unsafe", "no processor_type, no skip_prepare_dataset"),
        )
        yield self.finding(f"{message}: the run stops before the data is read", "processor_type", plan=plan, fix=fix)
