"""MW341."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW341",
    "layers-to-transform-beyond-model",
    "error",
    fix="unsafe",
    keys=("peft_layers_to_transform",),
    crashes="You specified 'layers_to_transform'",
)
def layers_to_transform_beyond_model(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`peft_layers_to_transform` names layers that the model does not have.

    What it checks
        Each number against the model's layers, which are counted from 0, and not from the end: -1 is none. The model
        must be known, and its form exact.

    Why it matters
        PEFT adapts the layers it finds. Where it finds none the run dies when the adapter is made; where it finds some
        it says nothing of the others: a warning.

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj, v_proj]
            peft_layers_to_transform: [30, 31]

        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj, v_proj]
            peft_layers_to_transform: [-1]

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj, v_proj]
            peft_layers_to_transform: [28, 29]

    Fix
        The layers that are there, or all. Not safe: other layers are trained.

    Source
        peft 0.20.0 tuners/tuners_utils.py (executed with a tiny model)
    """
    plan, model = subject.plan, subject.model
    if model is None or not model.exact or not adapters.makes_lora(plan):
        return
    written = plan.get("peft_layers_to_transform")
    wanted = [one for one in (written if isinstance(written, list) else [written]) if type(one) is int]
    there = sum(block.count for block in model.blocks)
    absent = [one for one in wanted if not 0 <= one < there]
    if not absent:
        return
    kept = [one for one in wanted if 0 <= one < there]
    message = f"peft_layers_to_transform: {', '.join(map(str, absent))} of {there} layers, counted from 0: "
    message += "PEFT leaves them out without a word" if kept else "the run dies when the adapter is made"
    fix = Fix({"peft_layers_to_transform": kept or None}, "unsafe", "those that are there" if kept else "all layers")
    yield self.finding(message, "peft_layers_to_transform", plan=plan, severity="warning" if kept else "error", fix=fix)
