"""MW940."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.adapters import makes_lora
from wizard.axolotl.targets import no_layers
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW940",
    "target-no-layer",
    "error",
    fix="unsafe",
    keys=("lora_target_modules",),
    crashes="is not supported. Currently, only the following modules are supported",
)
def target_no_layer(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A LoRA target that is a norm, or a block of layers.

    What it checks
        `lora_target_modules`, names or one text as an expression over whole paths: whether it reaches a norm, or a
        module that holds others (`self_attn`, `mlp`, `.*self_attn.*`). The model must be known, and its form exact.

    Why it matters
        PEFT adapts linear layers, embeddings and convolutions alone. At any other module that the names reach it
        raises, after the model's load: "Target module Qwen3Attention(...) is not supported".

    Example
        Bad:
            base_model: Qwen/Qwen3-0.6B
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [self_attn]

        Bad:
            base_model: Qwen/Qwen3-0.6B
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: ".*self_attn.*"

        Good:
            base_model: Qwen/Qwen3-0.6B
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: ".*self_attn.[qkvo]_proj"

    Fix
        The list without such names, or `lora_target_linear: true`. Not safe: other layers are trained. A norm is
        trained as a whole under `lora_modules_to_save`.

    Source
        peft 0.21.2 tuners/lora/model.py (executed with a small model)
    """
    plan, model, lora = subject.plan, subject.model, subject.effective.lora
    if model is None or lora is None or not model.exact or not makes_lora(plan):
        return
    found = no_layers(model, lora)
    if not found:
        return
    kept = [name for name in lora.modules if not any(f".{path}".endswith(f".{name}") for path in found)]
    changes: dict[str, object] = {"lora_target_modules": kept}
    if not kept:
        changes = {"lora_target_modules": None, "lora_target_linear": True}
    named = f"lora_target_modules: {', '.join(kept)}" if kept else "lora_target_linear: true"
    message = f"lora_target_modules reaches {found[0]}, which is no single layer that PEFT adapts: the run dies after "
    fix = Fix(changes, "unsafe", named)
    yield self.finding(message + "the model's load", "lora_target_modules", plan=plan, fix=fix)
