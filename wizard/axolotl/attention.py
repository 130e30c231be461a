"""The attention implementation a plan ends up with."""

from __future__ import annotations

from typing import Literal

from wizard.axolotl import packing
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.settings import attention as facts

AttentionKind = Literal["flash", "sdpa", "eager", "flex", "xformers", "other"]
"""How an implementation uses memory, whatever its name."""

WideHeads = Literal["", "causal", "masked"]
"""What a hybrid's layers with wide heads do; "" where all layers have one implementation."""

LEGACY = facts().legacy
"""The old flags in order of priority, and the implementation each means (utils/schemas/enums.py:125)."""

KEYS = ("attn_implementation", *LEGACY, "gemma4_hybrid_attn_impl")
"""Every key that decides the attention."""


def attn_implementation(plan: Plan) -> str | None:
    """As written; None where it is not, or empty."""
    named = plan.get("attn_implementation")
    return str(named) if named else None


def old_flags(plan: Plan) -> tuple[str, ...]:
    """The old flags that are set to anything that counts as true in Python, in order of priority."""
    return tuple(flag for flag in LEGACY if plan.get(flag))


def gemma4_hybrid_attn_impl(plan: Plan) -> bool:
    """Whether Gemma 4's layers take turns with two implementations, as the early checks see it."""
    return bool(plan.get("gemma4_hybrid_attn_impl"))


def wide_heads(plan: Plan) -> WideHeads:
    """How layers whose heads have over 256 values attend beside FlashAttention-2's: Axolotl gives those of Gemma 4's
    hybrid to sdpa, with a mask written out in each where rows are packed.

    Source: axolotl 0.19.0 and 0.21.0 monkeypatch/gemma4_hybrid_mask.py, `sdpa_global_packed_forward`.
    """
    if not gemma4_hybrid_attn_impl(plan):
        return ""
    return "masked" if packing.packs_training(plan) else "causal"


def deciding_key(plan: Plan) -> str:
    """The key that decided it, for the findings."""
    return next((key for key in KEYS if plan.get(key)), "attn_implementation")


def implementation(plan: Plan) -> str | None:
    """`attn_implementation`, or what the first deprecated flag means, or None where nothing is set.

    Source: AxolotlInputConfig.normalize_attn_implementation, axolotl 0.19.0 utils/schemas/config.py:1546.
    """
    return attn_implementation(plan) or next((LEGACY[flag] for flag in old_flags(plan)), None)


def normalized(plan: Plan) -> str | None:
    """As `implementation`, but Gemma 4's hybrid takes FlashAttention-2 where none is set.

    Only for what Axolotl checks: the hybrid's global layers use sdpa, so the estimate does not count on it.
    Source: axolotl 0.19.0 utils/schemas/config.py:1580.
    """
    named = implementation(plan)
    return "flash_attention_2" if named is None and gemma4_hybrid_attn_impl(plan) else named


def base(name: str | None) -> str | None:
    """The name without `@revision` or `:kernel`."""
    return None if name is None else name.split(":", 1)[0].split("@", 1)[0].strip()


def packs(name: str | None) -> bool:
    """Whether this implementation takes packed rows apart by itself (varlen)."""
    return base(name) in facts().packs


def uses_flash_library(name: str | None) -> bool:
    """Whether Axolotl counts it as the flash attention library (flash_attention_4 is not)."""
    return base(name) in facts().flash_library


def keeps_fp32_embeddings(name: str | None) -> bool:
    """Whether a full fine-tune with it keeps norms, embeddings and lm_head in fp32."""
    return name is None or name in facts().keeps_fp32_embeddings


def kind(name: str | None) -> AttentionKind:
    """How it uses memory. With nothing set transformers takes sdpa."""
    plain = base(name)
    if plain is None or plain == "sdpa":
        return "sdpa"
    if plain == "eager":
        return "eager"
    if "flash" in plain or plain in ("sage", "fp8", "kernels-community/sage-attention"):
        return "flash"
    if plain == "flex_attention":
        return "flex"
    return "xformers" if plain == "xformers" else "other"


def written_as_text(plan: Plan) -> str | None:
    """`attn_implementation` where it is a text, be it empty: so it reaches the check of its name."""
    named = plan.get("attn_implementation")
    return named if isinstance(named, str) else None
