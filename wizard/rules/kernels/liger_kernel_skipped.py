"""MW555."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import losses
from wizard.axolotl.plugins import LIGER, listed, others
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.values import flag
from wizard.knowledge.axolotl.settings import without_loss
from wizard.rules.kernels._common import joined, removed
from wizard.rules.registry import Rule, Subject, rule

_FUSED_LOSS = "liger_fused_linear_cross_entropy"
_SKIPPED = {
    "deepseek_v2": ("liger_rope", "liger_layer_norm"),
    "gemma4_unified": ("liger_rope",),
    "gemma4_unified_text": ("liger_rope",),
    "cohere_compass": ("liger_rms_norm", "liger_rope"),
}
"""Kernels beside the fused loss that Axolotl leaves out for a model type (integrations/liger/plugin.py)."""


@rule(
    "MW555",
    "liger-kernel-skipped",
    "error",
    fix="safe",
    keys=("liger_rope", "liger_layer_norm", _FUSED_LOSS),
    crashes="LigerFusedLinearCrossEntropy is not available for Granite models",
)
def liger_kernel_skipped(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A kernel of Liger's that Axolotl leaves out for this model.

    What it checks
        Liger's plugin is listed, the model is known, and one of the kernels asked for does not reach its type: the
        fused loss Mistral 3, Qwen 3.5, Llama 4, Llama 3.2 Vision, Gemma 4 unified and others that read images;
        RoPE DeepSeek-V2 and Gemma 4 unified. An error for the fused loss with Granite and with models that call
        their layers by other names, as Falcon.

    Why it matters
        Axolotl says so once, at loading, or not at all, and trains without it: where it changes a class that it does
        not load. Without the fused loss the logits of a whole batch stand in memory. With Granite the run ends at
        loading, with Falcon at the first step.

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
        The key goes, and with the last of them the plugin. Safe: they have no effect. Cut Cross Entropy
        is the loss that works there.

    Source
        axolotl 0.19.0 integrations/liger/plugin.py:230, :270, :334 and :388; liger_kernel 0.8.1 monkey_patch.py:197
        (executed)
    """
    plan, model = subject.plan, subject.model
    if model is None or not listed(plan, LIGER):
        return
    kind, asked = model.architecture, flag(plan.get(_FUSED_LOSS))
    if asked and kind in without_loss("liger", "stops"):
        message = f"{_FUSED_LOSS} likely stops the run: it is not made for {kind}"
        fix = Fix(_without(plan, [_FUSED_LOSS]), "safe", f"no {_FUSED_LOSS}")
        yield self.finding(message, _FUSED_LOSS, plan=plan, fix=fix)
        return
    on = [key for key in _SKIPPED.get(kind, ()) if flag(plan.get(key))]
    on += [_FUSED_LOSS] if asked and not losses.reaches("liger", model) else []
    if not on:
        return
    message = f"{joined(on)} likely does nothing: it does not reach {kind}"
    if _FUSED_LOSS in on and losses.reaches("cut", model):
        message += "; cut_cross_entropy is the loss that saves memory there"
    fix = Fix(_without(plan, on), "safe", f"no {joined(on)}")
    yield self.finding(message, *on, plan=plan, severity="warning", fix=fix)


def _without(plan: Plan, keys: list[str]) -> dict[str, object]:
    """The change that takes the keys out, and the plugin where none of its switches is left."""
    left = [key for key in plan.values if str(key).startswith("liger_") and key not in keys]
    return removed(keys) if left else {**removed(keys), "plugins": others(plan, LIGER) or REMOVE}
