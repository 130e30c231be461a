"""MW984."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, images, losses
from wizard.axolotl.base import architecture
from wizard.axolotl.plugins import CUT_LOSS, others
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import Plan
from wizard.domain.values import flag
from wizard.knowledge.axolotl.settings import loss_plugins
from wizard.knowledge.axolotl.unfit import Unless, reads_images_itself, unfit
from wizard.rules.kernels._common import LOSSES, removed
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW984",
    "architecture-does-not-train",
    "error",
    fix="unsafe",
    keys=("base_model",),
    crashes=(
        "'VoxtralForConditionalGeneration' object has no attribute",
        "requires trust_remote_code: true",
        "missing 1 required positional argument: 'pixel_values'",
        "'image_ids' missing from InternVL Processor",
        "has no attribute additional_special_tokens_ids",
    ),
)
def architecture_does_not_train(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An architecture that Axolotl takes, and whose training dies.

    What it checks
        The base model's type is one that Axolotl and the transformers that it pins do not train as the file has it:
        Voxtral without Cut Cross Entropy; Ling 3.0 (`bailing_hybrid`) without `trust_remote_code` from 0.21 on; BLIP,
        GIT, Idefics 1, Kosmos-2 and others that read no text without an image, without `processor_type`; InternVL and
        SmolVLM with it. The type must be known: of the catalogue, a config.json, or an id that is well known.

    Why it matters
        Axolotl gives Voxtral a forward that calls `self.language_model` and `self.get_audio_embeds`, which the model
        of transformers 5 has no more: text and sound both die at the first step, once all is prepared and loaded. The
        cut loss puts a forward of its own in its place, which runs. Of InternVL's processor and SmolVLM's tokenizer it
        asks for what transformers 5 has no more, as the trainer is made; text alone trains.

    Example
        Bad:
            base_model: mistralai/Voxtral-Mini-3B-2507

        Bad:
            base_model: inclusionAI/Ling-3.0-Flash

        Good:
            base_model: OpenGVLab/InternVL3_5-8B-HF

        Good:
            base_model: mistralai/Voxtral-Mini-3B-2507
            plugins: [axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin]
            cut_cross_entropy: true

    Fix
        For Voxtral the plugin of Cut Cross Entropy and its switch, in place of another fused loss; for Ling 3.0
        `trust_remote_code: true`; else none. Not safe: another loss is computed, or code of the repository runs.

    Source
        axolotl 0.19.0, 0.20.0 and 0.21.0 monkeypatch/models/voxtral/modeling.py:48 with transformers 5.16.1, 5.17.0
        (read) and 5.20.1 (small models of each, executed); 0.21.0 model_support/bailing_hybrid/__init__.py:40,
        processing_strategies.py:1257 and :1376 (executed, in 0.19.0 too)
    """
    plan = subject.plan
    kind = architecture(plan, subject.model)
    found = unfit(kind, subject.axolotl)
    if found is None or _has(plan, found.unless):
        return
    fix = _fix(plan, found.unless)
    message = f"{kind} does not train so: {found.why}"
    yield self.finding(message, "base_model", plan=plan, fix=subject.first_that_runs(fix) if fix else None)


def _has(plan: Plan, what: Unless) -> bool:
    """Whether the plan has what such a model trains with."""
    if what == "cut":
        return losses.switches_to_cut(plan)
    if what == "remote":
        return flag(plan.get("trust_remote_code"))
    if what == "images":
        return images.with_images(plan)
    return not images.supervised(plan) or reads_images_itself(plan.get("chat_template"))


def _fix(plan: Plan, what: Unless) -> Fix | None:
    if what == "remote":
        return Fix({"trust_remote_code": True}, "unsafe", "trust_remote_code: true")
    if what != "cut":
        return None
    plugins = [*others(plan, CUT_LOSS), loss_plugins()["cut_cross_entropy"]]
    changes = {**removed(one for one in LOSSES if one in plan), "plugins": plugins, "cut_cross_entropy": True}
    if plan.get("bf16") is None and not early.is_set(plan, "fp16"):
        changes["bf16"] = "auto"  # its default, which the loss wants written
    return Fix(changes, "unsafe", "cut_cross_entropy: true")
