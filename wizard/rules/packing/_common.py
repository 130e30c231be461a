"""What several packing rules ask of a plan."""

from __future__ import annotations

from wizard.axolotl import attention
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan

_WITH_VARLEN = Version(0, 21)
ISOLATE_BY_MASK = ("sdpa", "eager")


def isolates(name: str | None) -> bool:
    """Whether packed rows stay apart with it: by lengths, or by a mask."""
    return attention.packs(name) or name in ISOLATE_BY_MASK


def takes_flattened(plan: Plan) -> bool:
    """Whether Axolotl lets `batch_flattening` be with its attention (check_batch_flattening_fa)."""
    name = attention.normalized(plan)
    return attention.packs(name) or (name == "varlen" and of_plan(plan) >= _WITH_VARLEN)


def with_attention(plan: Plan, name: str) -> dict[str, object]:
    """The change that sets this attention and takes the deprecated flags out."""
    old = [key for key in attention.LEGACY if key in plan]
    return {"attn_implementation": name, **dict.fromkeys(old, REMOVE)}
