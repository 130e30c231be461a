"""MW555."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.plugins import LIGER, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag
from wizard.rules.kernels._common import joined, removed
from wizard.rules.registry import Rule, Subject, rule

_FUSED_LOSS = "liger_fused_linear_cross_entropy"
_SKIPPED = {
    "ministral3": (_FUSED_LOSS,),
    "mistral3": (_FUSED_LOSS,),
    "deepseek_v2": ("liger_rope", "liger_layer_norm"),
    "gemma4_unified": ("liger_rope", _FUSED_LOSS),
    "gemma4_unified_text": ("liger_rope", _FUSED_LOSS),
    "cohere_compass": ("liger_rms_norm", "liger_rope", _FUSED_LOSS),
}
"""Kernels that Axolotl leaves out for a model type, with a warning at loading (integrations/liger/plugin.py)."""


@rule("MW555", "liger-kernel-skipped", "warning", fix="safe", keys=("liger_rope", "liger_layer_norm", _FUSED_LOSS))
def liger_kernel_skipped(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A kernel of Liger's that Axolotl leaves out for this model.

    What it checks
        Liger's plugin is listed, the model is known, and one of the kernels asked for is among those that Axolotl
        skips for its type: the fused loss for Mistral 3 and Gemma 4 unified, RoPE for DeepSeek-V2 and Gemma 4
        unified, and others.

    Why it matters
        Axolotl says so once, at loading, and trains without it. Without the fused loss the logits of a whole
        batch stand in memory.

    Example
        Bad:
            base_model: mistralai/Devstral-Small-2-24B-Instruct-2512
            plugins: [axolotl.integrations.liger.LigerPlugin]
            liger_fused_linear_cross_entropy: true

        Good:
            base_model: mistralai/Devstral-Small-2-24B-Instruct-2512
            plugins: [axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin]
            cut_cross_entropy: true

    Fix
        The key goes. Safe: it has no effect. Cut Cross Entropy is the loss that works there.

    Source
        axolotl 0.19.0 integrations/liger/plugin.py:230, :270, :334 and :388 (read)
    """
    plan, model = subject.plan, subject.model
    if model is None or model.architecture not in _SKIPPED:
        return
    on = [key for key in _SKIPPED[model.architecture] if flag(plan.get(key))]
    if not on or not listed(plan, LIGER):
        return
    message = f"{joined(on)} likely does nothing: Axolotl skips it for {model.architecture}"
    if _FUSED_LOSS in on:
        message += "; cut_cross_entropy is the loss that saves memory there"
    yield self.finding(message, *on, plan=plan, fix=Fix(removed(on), "safe", f"no {joined(on)}"))
