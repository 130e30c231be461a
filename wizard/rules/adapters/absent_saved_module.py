"""MW342."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding, Fix
from wizard.domain.model import Model
from wizard.domain.nearest import closest
from wizard.rules.registry import Rule, Subject, rule


@rule("MW342", "absent-saved-module", "warning", fix="unsafe", keys=("lora_modules_to_save",))
def absent_saved_module(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A module of `lora_modules_to_save` that the base model does not have.

    What it checks
        Each plain name against the names of the model's modules. The model must be known, and its form exact.

    Why it matters
        PEFT trains and saves the modules it finds, and says nothing of the rest: new tokens stay untrained with
        `lm_haed`, and with `embed_tokens` on a model that calls it `wte`.

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_modules_to_save: [embed_tokens, lm_haed]

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_modules_to_save: [embed_tokens, lm_head]

    Fix
        The nearest name that the model has in place of each, or nothing where none is near. Not safe: more is trained.

    Source
        peft 0.20.0 utils/other.py _set_trainable (executed with a tiny model, peft 0.21.2 the same)
    """
    plan, model = subject.plan, subject.model
    if model is None or not model.exact or not adapters.makes_lora(plan):
        return
    known, written = _parts(model), adapters.lora_modules_to_save(plan)
    absent = [name for name in written if name.isidentifier() and name not in known]
    if not absent:
        return
    near = {name: closest(name, tuple(sorted(known)), 0.75) for name in absent}
    fixed = list(dict.fromkeys(found for name in written if (found := near.get(name, name)) is not None))
    message = f"lora_modules_to_save: this model has no {', '.join(absent)}: PEFT leaves it out without a word"
    fix = Fix({"lora_modules_to_save": fixed or None}, "unsafe", ", ".join(fixed) or "no lora_modules_to_save")
    yield self.finding(message, "lora_modules_to_save", plan=plan, fix=fix)


def _parts(model: Model) -> frozenset[str]:
    """Every part of every path; an output layer is there without a tensor of its own where it is tied."""
    parts = {part for tensor in model.tensors for part in tensor.path.split(".")}
    return frozenset(parts | {"lm_head", "embed_out", "score", "classifier"})
