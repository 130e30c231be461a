"""MW467."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule

_SUPPORTED = frozenset(
    {
        "qwen3",
        "qwen3_moe",
        "qwen3_vl",
        "qwen3_vl_text",
        "qwen3_5",
        "qwen3_5_text",
        "qwen3_5_moe",
        "qwen3_5_moe_text",
        "gemma4",
        "gemma4_text",
        "gemma4_unified",
        "gemma4_unified_text",
    }
)


@rule("MW467", "fused-attn-kernel-no-effect", "warning", fix="safe", keys=("fused_attn_kernel",))
def fused_attn_kernel_no_effect(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`fused_attn_kernel` for a model that it is not made for.

    What it checks
        With a known base model: `fused_attn_kernel` is on and the model is neither of the Qwen3 or Qwen3.5
        families nor a Gemma 4.

    Why it matters
        The switch likely has no effect, as Axolotl says when it loads the model.

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            fused_attn_kernel: true

        Good:
            base_model: Qwen/Qwen3-0.6B
            fused_attn_kernel: true

    Fix
        Take it out. Safe: it has no effect.

    Source
        axolotl 0.19.0 loaders/patch_manager.py:489-517 (read)
    """
    plan, model = subject.plan, subject.model
    if model is None or not flag(plan.get("fused_attn_kernel")) or model.architecture in _SUPPORTED:
        return
    message = f"fused_attn_kernel is for Qwen3, Qwen3.5 and Gemma 4, and likely has no effect on a {model.architecture}"
    fix = Fix({"fused_attn_kernel": REMOVE}, "safe", "take fused_attn_kernel out")
    yield self.finding(message, "fused_attn_kernel", plan=plan, fix=fix)
