"""The attention implementation a plan ends up with."""

from __future__ import annotations

from typing import Literal

from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.settings import attention as facts

AttentionKind = Literal["flash", "sdpa", "eager", "flex", "xformers", "other"]
"""How an implementation uses memory, whatever its name."""


def implementation(plan: Plan) -> str | None:
    """`attn_implementation`, or what the first deprecated flag means, or None where nothing is set.

    Source: AxolotlInputConfig.normalize_attn_implementation, axolotl 0.19.0 utils/schemas/config.py:1546.
    """
    named = plan.get("attn_implementation")
    if named:
        return str(named)
    legacy = facts().legacy
    return next((name for flag, name in legacy.items() if plan.get(flag)), None)


def normalized(plan: Plan) -> str | None:
    """As `implementation`, but Gemma 4's hybrid takes FlashAttention-2 where none is set.

    Only for what Axolotl checks: the hybrid's global layers use sdpa, so the estimate does not count on it.
    Source: axolotl 0.19.0 utils/schemas/config.py:1580.
    """
    named = implementation(plan)
    return "flash_attention_2" if named is None and plan.get("gemma4_hybrid_attn_impl") else named


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
