"""The loss, and which of Liger's kernels run."""

from __future__ import annotations

from typing import Literal

from wizard.axolotl.plugins import listed
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.values import flag
from wizard.knowledge.axolotl.settings import cut_loss_fork, loss_plugins, without_loss
from wizard.knowledge.axolotl.unfit import unfit
from wizard.knowledge.axolotl.versions import of_plan

Loss = Literal["plain", "cut", "liger", "chunked"]
_CUT, _LIGER = "cut_cross_entropy", "liger_fused_linear_cross_entropy"
_WRITTEN = (("norm", "liger_rms_norm"), ("glu", "liger_glu_activation"), ("glu", "liger_swiglu"))


def cut_cross_entropy(plan: Plan) -> bool:
    """Whether the cut loss is switched on; its plugin has it on by itself."""
    return flag(plan.get(_CUT))


def switches_to_cut(plan: Plan) -> bool:
    """Whether Axolotl puts the cut loss in: its plugin is listed, and it is not switched off."""
    return _listed(plan, _CUT) and flag(plan.values.get(_CUT, True))


def needs_cut(plan: Plan, model: Model) -> bool:
    """Whether models of this type train with the cut loss alone, whose forward takes the place of one that dies."""
    found = unfit(model.architecture, of_plan(plan))
    return found is not None and found.unless == "cut"


def cut_loss_package(plan: Plan) -> str:
    """What pip installs for it: Axolotl's fork, at the commit that the plan's version of Axolotl asks for."""
    return cut_loss_fork(of_plan(plan))


def liger_fused_linear_cross_entropy(plan: Plan) -> bool:
    """Whether Liger's fused loss is switched on, with or without its plugin."""
    return flag(plan.get(_LIGER))


def chunked_cross_entropy(plan: Plan) -> bool:
    """Whether the loss is computed piece by piece."""
    return flag(plan.get("chunked_cross_entropy"))


def reaches(loss: str, model: Model | None) -> bool:
    """Whether a fused loss ("liger" or "cut") is what a model of this type then computes. Of an unknown one: yes."""
    return model is None or not any(model.architecture in without_loss(loss, how) for how in ("skipped", "stops"))


def unreached(plan: Plan, model: Model) -> bool:
    """Whether a fused loss is switched on, and none of them reaches this model."""
    on = [name for name, key in (("cut", _CUT), ("liger", _LIGER)) if flag(plan.get(key)) and _listed(plan, key)]
    return bool(on) and not any(reaches(name, model) for name in on)


def loss(plan: Plan, model: Model | None, assumptions: list[str]) -> Loss:
    """The loss that training computes; what has no effect goes into `assumptions`."""
    if switches_to_cut(plan):
        if reaches("cut", model):
            return "cut"
        assumptions.append(_failing(_CUT, "cut", model))
    elif cut_cross_entropy(plan):
        assumptions.append(f"{_CUT} has no effect: its plugin is not in `plugins`")
    if liger_fused_linear_cross_entropy(plan):
        if not _listed(plan, _LIGER):
            assumptions.append(f"{_LIGER} has no effect: its plugin is not in `plugins`")
        elif reaches("liger", model):
            return "liger"
        else:
            assumptions.append(_failing(_LIGER, "liger", model))
    return "chunked" if chunked_cross_entropy(plan) else "plain"


def _failing(key: str, loss: str, model: Model | None) -> str:
    """What becomes of a fused loss that does not reach this model."""
    assert model is not None
    if model.architecture in without_loss(loss, "stops"):
        return f"{key} likely stops the run: it is not made for {model.architecture}; counted as the plain loss"
    return f"{key} has no effect: it does not reach {model.architecture}"


def liger_kernels(plan: Plan) -> frozenset[str]:
    """Liger's kernels beside its fused loss: "norm" and "glu". None without the plugin."""
    if not _listed(plan, _LIGER):
        return frozenset()
    return frozenset(name for name, key in _WRITTEN if flag(plan.get(key)))


def _listed(plan: Plan, key: str) -> bool:
    """Whether the key's plugin is loaded."""
    return listed(plan, loss_plugins()[key])
