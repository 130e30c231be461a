"""The fields behind checkpointing and the loss, each as one choice."""

from __future__ import annotations

from wizard.axolotl import plugins
from wizard.domain.plan import REMOVE, Plan
from wizard.knowledge.axolotl.settings import loss_plugins

CHECKPOINTING: dict[str, dict[str, object]] = {
    "off": {"gradient_checkpointing": False, "activation_offloading": REMOVE, "gradient_checkpointing_kwargs": REMOVE},
    "on": {"gradient_checkpointing": True, "activation_offloading": REMOVE},
    "offloaded": {"gradient_checkpointing": True, "activation_offloading": True},
}
"""What is kept for the backward pass: everything, one tensor a layer, or that in host memory."""


def micro_changes(plan: Plan, micro: int) -> dict[str, object]:
    """The change to so many rows on a GPU; evaluation takes as many where the plan says how many it takes."""
    changes: dict[str, object] = {"micro_batch_size": micro, "batch_size": REMOVE}
    return changes if plan.get("eval_batch_size") is None else {**changes, "eval_batch_size": micro}


_LOSSES = {"plain": None, "liger": "liger_fused_linear_cross_entropy", "cut": "cut_cross_entropy"}
_FLAGS = ("cut_cross_entropy", "liger_fused_linear_cross_entropy", "chunked_cross_entropy")


def loss_changes(plan: Plan, loss: str) -> dict[str, object]:
    """The change to `plain`, `liger` or `cut`; other plugins stay."""
    plugin_of, switch = loss_plugins(), _LOSSES[loss]
    ours = {plugin_of[name] for name in ("cut_cross_entropy", "liger_fused_linear_cross_entropy")}
    listed = [name for name in plugins.plugins(plan) if name not in ours]
    if switch is not None and switch in plugin_of:
        listed.append(plugin_of[switch])
    changes: dict[str, object] = dict.fromkeys(_FLAGS, REMOVE)
    changes["plugins"] = listed or REMOVE
    if switch:
        changes[switch] = True
    return changes
