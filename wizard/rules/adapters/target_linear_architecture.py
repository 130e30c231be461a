"""MW380."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.architectures import target_changes
from wizard.axolotl.base import class_of_transformers
from wizard.domain.finding import Finding, Fix
from wizard.domain.text import shortened
from wizard.knowledge.axolotl.architectures import failure
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW380",
    "target-linear-architecture",
    "error",
    fix="unsafe",
    keys=("lora_target_linear",),
    crashes=("Target module", "'tuple' object has no attribute 'dtype'"),
)
def target_linear_architecture(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`lora_target_linear` on an architecture of which PEFT refuses a layer.

    What it checks
        `lora_target_linear` is on, and a small model of the architecture was tried with it and fails, at load or at the
        first step. Mamba's own layers are told by MW334. Its type must be known.

    Why it matters
        Axolotl hands PEFT the last part of the name of every linear layer. On some multimodal models that is a number
        that also names whole blocks ("Target module Qwen2VLVisionBlock is not supported"), or a router that answers
        with two tensors. The run stops after the base model was loaded.

    Example
        Bad:
            base_model: Qwen/Qwen2-VL-2B-Instruct
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good:
            base_model: Qwen/Qwen2-VL-2B-Instruct
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj]

    Fix
        The projections of the language model by name, or by a pattern. Not safe: other layers stay frozen.

    Source
        axolotl 0.19.0 and 0.21.0 loaders/adapter.py:find_all_linear_names, peft (executed on small models)
    """
    plan, model = subject.plan, subject.model
    kind = class_of_transformers(plan, model)
    if kind is None or not adapters.makes_lora(plan) or not adapters.lora_target_linear(plan):
        return
    why = failure(model or kind, "lora_target_linear", subject.axolotl)
    if why is None or (model is not None and "mamba" in model.mixers):
        return
    message = f"lora_target_linear on {kind}: the run stops once the model is loaded ({shortened(why, 90)})"
    changes = target_changes(plan, model, subject.axolotl) if model is not None else {}
    fix = Fix(changes, "unsafe", "lora_target_modules in its place") if changes else None
    yield self.finding(message, "lora_target_linear", plan=plan, fix=fix)
