"""MW935."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.images import with_images
from wizard.domain.finding import Finding
from wizard.rules.checkpointing._common import not_reentrant
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW935",
    "reentrant-beside-image",
    "error",
    fix="safe",
    keys=("gradient_checkpointing",),
    crashes="Trying to backward through the graph a second time",
)
def reentrant_beside_image(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Reentrant checkpointing of layers that attend to an image beside the text.

    What it checks
        The model has such layers (Llama 3.2 Vision), rows have images (`processor_type`), and layers are checkpointed
        reentrantly: `use_reentrant: true`, or nothing written up to Axolotl 0.20.

    Why it matters
        What these layers attend to comes in beside their input, where reentrant checkpointing does not cut the graph:
        the second of them goes back through the tower again. The first backward stops with "Trying to backward through
        the graph a second time", with a frozen tower too, since checkpointing asks for gradients at its input.

    Example
        Bad:
            base_model: meta-llama/Llama-3.2-11B-Vision-Instruct
            processor_type: AutoProcessor
            sample_packing: false
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: true}

        Good:
            base_model: meta-llama/Llama-3.2-11B-Vision-Instruct
            processor_type: AutoProcessor
            sample_packing: false
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: false}

    Fix
        `use_reentrant: false`. Safe: the other form can't run.

    Source
        transformers 5.16.1 and 5.20.1 modeling_mllama.py, modeling_layers.py (executed on a small model)
    """
    plan, model = subject.plan, subject.model
    if model is None or not with_images(plan) or not any(block.cross for block in model.blocks):
        return
    if subject.effective.checkpointing != "reentrant":
        return
    message = f"reentrant checkpointing of {model.architecture} with images: the first backward ends the run"
    fix = not_reentrant(plan)
    yield self.finding(message, "gradient_checkpointing_kwargs", "gradient_checkpointing", plan=plan, fix=fix)
