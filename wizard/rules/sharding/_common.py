"""What several rules of this topic ask of a subject."""

from __future__ import annotations

from wizard.axolotl import attention
from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.plan import Plan
from wizard.domain.values import flag
from wizard.rules.registry import Subject


def gpus(subject: Subject) -> int | None:
    """How many GPUs there are; None where that is not known."""
    machine = subject.machine
    return machine.count if machine and machine.gpus else None


def glm_kernels(plan: Plan) -> bool:
    """Whether GLM's sparse kernels attend: without their plugin nobody reads the key."""
    return listed(plan, KERNELS) and flag(plan.get("use_glm_dsa_kernels"))


def attention_base(plan: Plan) -> str | None:
    """The attention a plan ends up with, without revision or kernel name."""
    return attention.base(attention.normalized(plan))
