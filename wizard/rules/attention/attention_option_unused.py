"""MW473."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, attention, early, packing
from wizard.axolotl.attention import normalized
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule

_SOFTMAX = ("scaling_softmax_factor", "scaling_softmax_bias")


@rule(
    "MW473",
    "attention-option-unused",
    "warning",
    fix="safe",
    keys=("flex_attn_compile_kwargs", "flash_attn_fuse_mlp", "sdpa_varlen", *_SOFTMAX),
)
def attention_option_unused(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A setting of another attention than the one chosen.

    What it checks
        `flex_attn_compile_kwargs` without flex_attention; `flash_attn_fuse_mlp` without a FlashAttention
        library; `sdpa_varlen` beside another attention than sdpa; `scaling_softmax_factor` or
        `scaling_softmax_bias` without `scaling_softmax`.

    Why it matters
        Axolotl reads it only for its own attention: here it likely has no effect, and nothing says so.

    Example
        Bad:
            attn_implementation: flash_attention_2
            flex_attn_compile_kwargs:
              dynamic: false

        Bad:
            attn_implementation: flex_attention
            scaling_softmax_factor: 0.5

        Good:
            attn_implementation: flex_attention
            flex_attn_compile_kwargs:
              dynamic: false

        Good:
            attn_implementation: flex_attention
            scaling_softmax: true
            scaling_softmax_factor: 0.5

    Fix
        Take it out. Safe: it has no effect.

    Source
        axolotl 0.19.0 loaders/patch_manager.py:474, 825, 1120, 1222 (read)
    """
    plan = subject.plan
    for key, needs in _unused(plan):
        message = f"{key} is for {needs}, which this plan does not use: it likely has no effect"
        fix = Fix({key: REMOVE}, "safe", f"take {key} out")
        yield self.finding(message, key, "attn_implementation", plan=plan, fix=fix)


def _unused(plan: Plan) -> Iterator[tuple[str, str]]:
    named = normalized(plan)
    if plan.get("flex_attn_compile_kwargs") and named != "flex_attention":
        yield "flex_attn_compile_kwargs", "flex_attention"
    if flag(plan.get("flash_attn_fuse_mlp")) and not adapters.adapter(plan) and not attention.uses_flash_library(named):
        yield "flash_attn_fuse_mlp", "a FlashAttention library"
    packs = packing.sample_packing(plan)  # without packing Axolotl itself says that it has no effect
    elsewhere = named not in (None, "sdpa") and not early.is_set(plan, "gemma4_hybrid_attn_impl")
    if flag(plan.get("sdpa_varlen")) and packs and elsewhere:
        yield "sdpa_varlen", "attn_implementation: sdpa"
    if not flag(plan.get("scaling_softmax")):
        for key in _SOFTMAX:
            if plan.get(key) is not None:
                yield key, "scaling_softmax: true"
