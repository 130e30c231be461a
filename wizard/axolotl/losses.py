"""The loss, and which of Liger's kernels run."""

from __future__ import annotations

from typing import Literal

from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.values import flag, texts
from wizard.knowledge.axolotl.settings import loss_plugins, without_liger_loss

Loss = Literal["plain", "cut", "liger", "chunked"]
_CUT, _LIGER = "cut_cross_entropy", "liger_fused_linear_cross_entropy"
_WRITTEN = (("norm", "liger_rms_norm"), ("glu", "liger_glu_activation"), ("glu", "liger_swiglu"))


def loss(plan: Plan, model: Model | None, assumptions: list[str]) -> Loss:
    """The loss that training computes; what has no effect goes into `assumptions`."""
    if _listed(plan, _CUT) and flag(plan.values.get(_CUT, True)):
        return "cut"
    if flag(plan.get(_LIGER)):
        if model is not None and model.model_type in without_liger_loss():
            assumptions.append(f"{_LIGER} has no effect: Axolotl skips it for {model.model_type}")
        elif _listed(plan, _LIGER):
            return "liger"
        else:
            assumptions.append(f"{_LIGER} has no effect: its plugin is not in `plugins`")
    if flag(plan.get(_CUT)):
        assumptions.append(f"{_CUT} has no effect: its plugin is not in `plugins`")
    return "chunked" if flag(plan.get("chunked_cross_entropy")) else "plain"


def liger_kernels(plan: Plan) -> frozenset[str]:
    """Liger's kernels beside its fused loss: "norm" and "glu". None without the plugin."""
    if not _listed(plan, _LIGER):
        return frozenset()
    return frozenset(name for name, key in _WRITTEN if flag(plan.get(key)))


def _listed(plan: Plan, key: str) -> bool:
    """Whether the key's plugin is listed, by its whole path or a shorter one with the same class."""
    if "plugins" not in plan:
        return False
    wanted = loss_plugins()[key].rpartition(".")[2]
    return any(name.rpartition(".")[2] == wanted for name in texts(plan.get("plugins")))
