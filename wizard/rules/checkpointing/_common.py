"""The fix that several checkpointing rules share."""

from __future__ import annotations

from wizard.axolotl import adapters, deepspeed
from wizard.axolotl.checkpointing import activation_offloading, kwargs, made_reentrant
from wizard.domain.finding import Fix
from wizard.domain.plan import Plan


def with_reentrant(plan: Plan, value: bool) -> dict[str, object]:
    """The change that sets `use_reentrant` and keeps the other arguments."""
    return {"gradient_checkpointing_kwargs": {**kwargs(plan), "use_reentrant": value}}


def not_reentrant(plan: Plan) -> Fix:
    """The fix `use_reentrant: false`; safe unless that form is warned of (QLoRA under ZeRO-3), is undone
    (EBFT) or offloads in another way (hidden_states).
    """
    offloads_itself = activation_offloading(plan) == "hidden_states"
    other = qlora_under_zero3(plan) or made_reentrant(plan) or offloads_itself
    return Fix(with_reentrant(plan, False), "unsafe" if other else "safe", "use_reentrant: false")


def qlora_under_zero3(plan: Plan) -> bool:
    """Whether Axolotl takes it for QLoRA under ZeRO-3: it looks at the path of the DeepSpeed file."""
    return deepspeed.zero3_by_name(plan) and adapters.adapter(plan) == "qlora"
