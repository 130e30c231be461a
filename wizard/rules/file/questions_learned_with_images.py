"""MW978."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import images, turns
from wizard.axolotl.image_turns import learns_all
from wizard.axolotl.template_choice import with_template
from wizard.domain.finding import Finding, Fix
from wizard.knowledge.axolotl.templates import template_of_images
from wizard.rules.registry import Rule, Subject, rule


@rule("MW978", "questions-learned-with-images", "warning", fix="unsafe", keys=("chat_template", "processor_type"))
def questions_learned_with_images(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Rows with images or sound under a template in which Axolotl can't tell whose turn is whose.

    What it checks
        `processor_type` in supervised training of a model that sees, without `train_on_inputs`, without
        `role_boundaries` and without Axolotl's mistral_common processor, and a `chat_template` that is not one of
        gemma3, gemma3n, gemma4, gemma4_unified, llama3_2_vision, llama4, mistral_v7_tekken, pixtral, qwen2_vl and
        qwen3_5: none, `tokenizer_default` or one's own among others. Some architectures are told apart without it
        (PaddleOCR-VL; Qwen3.5's mixtures since 0.21).

    Why it matters
        The run goes through and learns the questions, the marks and the system prompt like the answers. What finds an
        answer in text, the template itself, is not used for rows with images: there the turns are looked for by
        markers, which Axolotl has for these names alone. It says so in one line of its log.

    Example
        Bad:
            base_model: Qwen/Qwen2.5-VL-3B-Instruct
            processor_type: AutoProcessor
            skip_prepare_dataset: true
            chat_template: tokenizer_default

        Good:
            base_model: Qwen/Qwen2.5-VL-3B-Instruct
            processor_type: AutoProcessor
            skip_prepare_dataset: true
            chat_template: qwen2_vl

        Good:
            base_model: zai-org/GLM-4.6V-Flash
            processor_type: AutoProcessor
            skip_prepare_dataset: true
            role_boundaries:
              - {role: user, start: "<|user|>"}
              - {role: assistant, start: "<|assistant|>", end: "<|endoftext|>"}

    Fix
        The template that Axolotl documents for this model's images, where it brings one. Not safe: the prompts may be
        another text than the model's own. Without one: `role_boundaries` with the marks of the model's own template,
        or `train_on_inputs: true` where the questions are to be learned.

    Source
        axolotl 0.19.0 to 0.21.0 processing_strategies.py (`get_processing_strategy`, `_mask_non_assistant_keep`: "has
        no built-in role boundaries"), docs/multimodal_assistant_mask.md (0.21.0 executed on a CPU)
    """
    plan, model = subject.plan, subject.model
    if model is None or not images.seen(plan, model) or not learns_all(plan, model.architecture):
        return
    if (named := template_of_images(model.architecture)) is not None:
        fix = Fix({"chat_template": named, **with_template(plan, named)}, "unsafe", f"chat_template: {named}")
    else:
        fix = None
    written = turns.chat_template(plan)
    under = f"chat_template {written}" if written is not None else "no chat_template"
    message = f"{under}: in rows with images Axolotl can't tell the turns apart then, and learns the questions too"
    yield self.finding(message, "chat_template", "processor_type", plan=plan, fix=fix)
