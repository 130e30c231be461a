"""What several packing rules ask of a plan."""

from __future__ import annotations

from wizard.axolotl import attention
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.values import flag
from wizard.knowledge.axolotl.settings import attention as attention_facts

ISOLATE_BY_MASK = ("sdpa", "eager")


def isolates(name: str | None) -> bool:
    """Whether packed rows stay apart with it: by lengths, or by a mask."""
    return attention.packs(name) or name in ISOLATE_BY_MASK


def with_attention(plan: Plan, name: str) -> dict[str, object]:
    """The change that sets this attention and takes the deprecated flags out."""
    old = [key for key in attention_facts().legacy if key in plan]
    return {"attn_implementation": name, **dict.fromkeys(old, REMOVE)}


def wants_bf16(plan: Plan) -> bool:
    """Whether bf16 or bfloat16 is on for Axolotl's checks: not written means auto, which counts; blank does not."""
    bf16 = plan.values.get("bf16", "auto")
    return bf16 == "auto" or flag(bf16) or flag(plan.get("bfloat16"))


def streams(plan: Plan) -> bool:
    """Whether rows are read as a stream, as Axolotl sees it before it reads types."""
    return bool(plan.get("pretraining_dataset") or plan.get("streaming"))


def flattens(plan: Plan) -> bool:
    """Whether batch_flattening is on and not left to `auto`."""
    return plan.get("batch_flattening") != "auto" and flag(plan.get("batch_flattening"))
