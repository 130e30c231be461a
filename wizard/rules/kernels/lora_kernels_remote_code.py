"""MW541."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.early import which
from wizard.axolotl.kernels import FUSED
from wizard.domain.finding import Finding, Fix
from wizard.rules.kernels._common import joined, removed
from wizard.rules.registry import Rule, Subject, rule


@rule("MW541", "lora-kernels-remote-code", "error", fix="safe", keys=FUSED, quotes="compatible with trust_remote_code")
def lora_kernels_remote_code(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Fused LoRA kernels beside `trust_remote_code`.

    What it checks
        `lora_mlp_kernel`, `lora_qkv_kernel` or `lora_o_kernel` is on while `trust_remote_code` is.

    Why it matters
        The kernels rewrite the attention code of transformers; a model that brings its own code has none of it.
        Axolotl refuses the config.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            trust_remote_code: true
            lora_qkv_kernel: true

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            trust_remote_code: true

    Fix
        The kernels' keys go. Safe: the kernels compute the same as the plain layers, and with
        `trust_remote_code` Axolotl does not switch them on by itself.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:687 (executed)
    """
    plan = subject.plan
    on = which(plan, FUSED)
    if not on or not plan.get("trust_remote_code"):
        return
    message = f"{joined(on)} can't be used with trust_remote_code: Axolotl refuses the config"
    fix = Fix(removed(on), "safe", f"no {joined(on)}")
    yield self.finding(message, *on, "trust_remote_code", plan=plan, fix=fix)
