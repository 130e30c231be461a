"""MW345."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule("MW345", "lora-alpha-zero", "warning", fix="unsafe", keys=("lora_alpha",))
def lora_alpha_zero(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`lora_alpha: 0`.

    What it checks
        `adapter` lora or qlora, no `lora_model_dir`, and a `lora_alpha` of 0.

    Why it matters
        What an adapter adds is multiplied by alpha / rank: at 0 it adds nothing and its gradients are 0. The run ends
        well and has trained nothing.

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 0
            lora_target_linear: true

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        Twice the rank. Not safe: it is a choice.

    Source
        peft 0.21.2 tuners/lora/layer.py (scaling), axolotl 0.21.0 (trained with on a CPU)
    """
    plan = subject.plan
    written = plan.get("lora_alpha")
    if not adapters.makes_lora(plan) or written is None or isinstance(written, bool) or number(written, 1.0) != 0:
        return
    alpha = 2 * min(adapters.lora_r(plan), 1_000_000)
    fix = Fix({"lora_alpha": alpha}, "unsafe", f"lora_alpha: {alpha}")
    message = "lora_alpha 0: what the adapter adds is multiplied by alpha / rank, so nothing is trained"
    yield self.finding(message, "lora_alpha", plan=plan, fix=fix)
