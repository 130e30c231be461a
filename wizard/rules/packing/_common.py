"""What several packing rules ask of a plan."""

from __future__ import annotations

from wizard.axolotl import attention
from wizard.domain.plan import REMOVE, Plan

ISOLATE_BY_MASK = ("sdpa", "eager")


def isolates(name: str | None) -> bool:
    """Whether packed rows stay apart with it: by lengths, or by a mask."""
    return attention.packs(name) or name in ISOLATE_BY_MASK


def with_attention(plan: Plan, name: str) -> dict[str, object]:
    """The change that sets this attention and takes the deprecated flags out."""
    old = [key for key in attention.LEGACY if key in plan]
    return {"attn_implementation": name, **dict.fromkeys(old, REMOVE)}
