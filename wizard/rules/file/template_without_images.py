"""MW882."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import images, turns
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.knowledge.axolotl.templates import image_wanted, image_written
from wizard.rules.registry import Rule, Subject, rule

_TEXT_ALONE = frozenset(
    {
        "alpaca", "aya", "chatml", "cohere", "command_a", "command_a_rag", "command_a_tool_use", "deepseek_v2",
        "deepseek_v3", "exaone", "exaone4", "falcon_h1", "gemma", "jamba", "llama3", "metharme", "mistral_v1",
        "mistral_v2v3", "mistral_v3_tekken", "nemotron_h", "phi_3", "phi_35", "phi_4", "qwen3", "qwen_25",
    }
)  # fmt: skip
"""Axolotl's templates in which no image is spoken of."""


@rule(
    "MW882",
    "template-without-images",
    "error",
    fix="unsafe",
    keys=("processor_type",),
    crashes=(
        'can only concatenate str (not "list")',
        "Image features and image tokens do not match",
        "Prompt contained 0 image tokens",
        "tokens in the prompts should be the same as the number",
        "placeholders across the batch",
        "The number of image tokens in each text",
    ),
)
def template_without_images(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A chat template for text, or for another family's images, in training with images.

    What it checks
        `processor_type` in supervised training of a model that sees, and a `chat_template` of Axolotl's that has no
        place for an image (`chatml`, `llama3`, `qwen3`, `gemma` and others), or that marks it with another text than
        the model's processor looks for (`qwen2_vl` for Gemma 3).

    Why it matters
        Messages with images are lists of parts. Such a template adds them up as text, "can only concatenate str", or
        leaves the images' tokens out: "Image features and image tokens do not match", "Prompt contained 0 image
        tokens", at the first step.

    Example
        Bad:
            base_model: Qwen/Qwen2-VL-2B-Instruct
            processor_type: AutoProcessor
            skip_prepare_dataset: true
            chat_template: chatml

        Bad:
            base_model: google/gemma-3-4b-it
            processor_type: AutoProcessor
            skip_prepare_dataset: true
            chat_template: qwen2_vl

        Good:
            base_model: Qwen/Qwen2-VL-2B-Instruct
            processor_type: AutoProcessor
            skip_prepare_dataset: true
            chat_template: qwen2_vl

    Fix
        No `chat_template`: the processor's own is taken. Not safe: the prompts are another text.

    Source
        axolotl 0.19.0 and 0.21.0 utils/chat_templates/templates/, processing_strategies.py (executed on a CPU:
        each such template with each architecture)
    """
    plan, model = subject.plan, subject.model
    named = turns.chat_template(plan)
    if model is None or named is None or not images.seen(plan, model):
        return
    written, wanted = image_written(named), image_wanted(model.architecture)
    if named in _TEXT_ALONE:
        said = "has no place for an image"
    elif written is not None and wanted is not None and written != wanted:
        said = f"marks an image with {written}, where this model's processor looks for {wanted}"
    else:
        return
    fix = Fix({"chat_template": REMOVE}, "unsafe", "no chat_template")
    message = f"chat_template: {named} {said}: the run dies at its first step"
    yield self.finding(message, "chat_template", "processor_type", plan=plan, fix=fix)
