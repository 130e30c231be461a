"""MW580."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.architectures import failing_kernels, kernel_changes
from wizard.domain.finding import Finding, Fix
from wizard.domain.text import shortened
from wizard.knowledge.axolotl.architectures import failure
from wizard.rules.kernels._common import joined
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW580",
    "lora-kernels-architecture",
    "error",
    fix="safe",
    keys=("adapter",),
    crashes=("Original QKV code not found", "does not use a supported q/k/v/o projection layout"),
)
def lora_kernels_architecture(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A LoRA kernel that Axolotl can't put into this architecture.

    What it checks
        `lora_qkv_kernel`, `lora_o_kernel` or `lora_mlp_kernel` is on, or Axolotl switches it on by itself, and the
        architecture is one on which its patch was tried and fails. The model must be known.

    Why it matters
        Axolotl rewrites the attention's code by looking for known lines. Where they are written otherwise it stops as
        it loads the model: "Original QKV code not found", from 0.21 on "does not use a supported q/k/v/o projection
        layout". The validator takes the file all the same.

    Example
        Bad:
            base_model: microsoft/Phi-3-mini-4k-instruct
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good:
            base_model: microsoft/Phi-3-mini-4k-instruct
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            lora_qkv_kernel: false
            lora_o_kernel: false
            lora_mlp_kernel: false

    Fix
        The kernels that fail are switched off, the others are written as they are. Safe: the same is computed, more
        slowly and with more memory.

    Source
        axolotl 0.19.0 and 0.21.0 monkeypatch/lora_kernels.py (executed on small models of each architecture)
    """
    plan, model = subject.plan, subject.model
    if model is None or not adapters.built_in(plan):
        return
    changes = kernel_changes(plan, model, subject.gpus, subject.axolotl)
    if not changes:
        return
    failing = failing_kernels(model, subject.axolotl)
    kind, version = model.architecture, subject.axolotl
    why = failure(model, "attention_kernels", version) or failure(model, "mlp_kernel", version) or ""
    message = f"{joined(failing)} on {kind}: Axolotl stops as it loads the model ({shortened(why, 90)})"
    fix = Fix(changes, "safe", f"no {joined(failing)}")
    yield self.finding(message, *failing, "adapter", plan=plan, fix=fix)
