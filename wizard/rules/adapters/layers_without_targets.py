"""MW961."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding, Severity
from wizard.knowledge.models.catalogue import find, layers_of
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW961",
    "layers-without-targets",
    "error",
    keys=("peft_layers_to_transform",),
    crashes="You specified 'layers_to_transform'",
)
def layers_without_targets(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`peft_layers_to_transform` names layers that have none of the targets.

    What it checks
        The layers of `peft_layers_to_transform` that the model has, in a model of the catalogue whose layers differ
        (some attend, others convolve or scan), against the names in `lora_target_modules`.

    Why it matters
        PEFT adapts what it finds. Where no layer has a target the run dies when the adapter is made; where some have,
        it says nothing of the others: a warning.

    Example
        Bad:
            base_model: LiquidAI/LFM2-1.2B
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj, k_proj, v_proj]
            peft_layers_to_transform: [0, 1]

        Good:
            base_model: LiquidAI/LFM2-1.2B
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj, k_proj, v_proj]
            peft_layers_to_transform: [2, 5]

    Fix
        Layers that have the targets, or targets that these layers have. There is none to apply.

    Source
        peft 0.20.0 and 0.21.2 tuners/tuners_utils.py (trained with on a CPU: LFM2, Jamba, Qwen3-Next)
    """
    plan, model, lora = subject.plan, subject.model, subject.effective.lora
    if model is None or lora is None or not model.exact or model.multimodal or not adapters.makes_lora(plan):
        return
    if lora.linear or not lora.modules or lora.parameters or find(model.id) is None:
        return
    written, layers = plan.get("peft_layers_to_transform"), layers_of(model.id)
    wanted = [one for one in (written if isinstance(written, list) else [written]) if type(one) is int]
    wanted = [one for one in wanted if 0 <= one < len(layers)]
    targets = {name for names in layers for name in names if _is_one(name, lora.modules)}
    without = [one for one in wanted if not layers[one] & targets]
    if not targets or not without:
        return
    alone = len(without) == len(wanted)
    have = ", ".join(str(number) for number, names in enumerate(layers) if names & targets)
    message = f"peft_layers_to_transform: layer {', '.join(map(str, without))} has none of the targets"
    message += ", and the run dies when the adapter is made" if alone else ": PEFT leaves it out without a word"
    severity: Severity = "error" if alone else "warning"
    fields = ("peft_layers_to_transform", "lora_target_modules")
    yield self.finding(f"{message}; they are in {have}", *fields, plan=plan, severity=severity)


def _is_one(name: str, modules: tuple[str, ...]) -> bool:
    """Whether a target names it: by the end of its path."""
    return any(name == one or name.endswith(f".{one}") for one in modules)
