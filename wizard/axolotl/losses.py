"""The loss, and which of Liger's kernels run."""

from __future__ import annotations

from typing import Literal

from wizard.axolotl.plugins import listed
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.values import flag
from wizard.knowledge.axolotl.settings import cut_loss_fork, loss_plugins, without_liger_loss
from wizard.knowledge.axolotl.versions import of_plan

Loss = Literal["plain", "cut", "liger", "chunked"]
_CUT, _LIGER = "cut_cross_entropy", "liger_fused_linear_cross_entropy"
_WRITTEN = (("norm", "liger_rms_norm"), ("glu", "liger_glu_activation"), ("glu", "liger_swiglu"))


def cut_cross_entropy(plan: Plan) -> bool:
    """Whether the cut loss is switched on; its plugin has it on by itself."""
    return flag(plan.get(_CUT))


def cut_loss_package(plan: Plan) -> str:
    """What pip installs for it: Axolotl's fork, at the commit that the plan's version of Axolotl asks for."""
    return cut_loss_fork(of_plan(plan))


def liger_fused_linear_cross_entropy(plan: Plan) -> bool:
    """Whether Liger's fused loss is switched on, with or without its plugin."""
    return flag(plan.get(_LIGER))


def chunked_cross_entropy(plan: Plan) -> bool:
    """Whether the loss is computed piece by piece."""
    return flag(plan.get("chunked_cross_entropy"))


def loss(plan: Plan, model: Model | None, assumptions: list[str]) -> Loss:
    """The loss that training computes; what has no effect goes into `assumptions`."""
    if _listed(plan, _CUT) and flag(plan.values.get(_CUT, True)):
        return "cut"
    if liger_fused_linear_cross_entropy(plan):
        if model is not None and model.architecture in without_liger_loss():
            assumptions.append(f"{_LIGER} has no effect: Axolotl skips it for {model.architecture}")
        elif _listed(plan, _LIGER):
            return "liger"
        else:
            assumptions.append(f"{_LIGER} has no effect: its plugin is not in `plugins`")
    if cut_cross_entropy(plan):
        assumptions.append(f"{_CUT} has no effect: its plugin is not in `plugins`")
    return "chunked" if chunked_cross_entropy(plan) else "plain"


def liger_kernels(plan: Plan) -> frozenset[str]:
    """Liger's kernels beside its fused loss: "norm" and "glu". None without the plugin."""
    if not _listed(plan, _LIGER):
        return frozenset()
    return frozenset(name for name, key in _WRITTEN if flag(plan.get(key)))


def _listed(plan: Plan, key: str) -> bool:
    """Whether the key's plugin is loaded."""
    return listed(plan, loss_plugins()[key])
