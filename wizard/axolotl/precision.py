"""The number formats: `bf16`, `bfloat16`, `fp16`, `float16`, `tf32`, `fp8` and `torch_compile` beside it.

Source: axolotl 0.19.0 utils/config/__init__.py:155-215, utils/schemas/config.py:561.
"""

from __future__ import annotations

from typing import Literal

from wizard.axolotl.quantization import load_in_8bit
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.domain.values import flag

Precision = Literal["bf16", "fp16", "fp32"]


def bf16(plan: Plan) -> bool | Literal["auto"]:
    """`auto` where it is not written; a blank one is off."""
    written = plan.values.get("bf16", "auto")
    return "auto" if str(written).strip().lower() == "auto" else flag(written)


def bfloat16(plan: Plan) -> bool:
    """The old name, which decides as well."""
    return flag(plan.get("bfloat16"))


def fp16(plan: Plan) -> bool:
    """As written: what `bf16: auto` falls back to is not counted."""
    return flag(plan.get("fp16"))


def float16(plan: Plan) -> bool:
    """The old name, which decides as well."""
    return flag(plan.get("float16"))


def wants_bf16(plan: Plan) -> bool:
    """Whether bf16 or bfloat16 is on for Axolotl's checks: `auto` counts."""
    return bool(bf16(plan)) or bfloat16(plan)


def wants_fp16(plan: Plan) -> bool:
    """Whether fp16 or float16 is on."""
    return fp16(plan) or float16(plan)


def tf32(plan: Plan) -> bool:
    """Whether tf32 is asked for; `auto` is not."""
    return flag(plan.get("tf32"))


def fp8(plan: Plan) -> bool:
    """Whether products are computed in fp8."""
    return flag(plan.get("fp8"))


def torch_compile(plan: Plan) -> bool | Literal["auto"]:
    """Whether torch compiles the model; `auto` where torch can."""
    written = plan.get("torch_compile")
    return "auto" if written == "auto" else flag(written)


def compiles(plan: Plan) -> bool:
    """Whether torch compiles the model: `auto` does on every torch that Axolotl pins."""
    return bool(torch_compile(plan))


def precision(plan: Plan, machine: Machine | None, assumptions: list[str]) -> Precision:
    """The format that is computed in; what had to be assumed goes into `assumptions`."""
    chosen, half = bf16(plan), wants_fp16(plan)
    if chosen == "auto":
        if fp16(plan):
            chosen = False
        elif machine is None or machine.bf16 is None:
            assumptions.append("bf16: auto taken as bf16, since the GPU is not known")
            chosen = True
        else:
            chosen = machine.bf16
            half = half or (not chosen and plan.get("fp16") is None)
    if chosen or bfloat16(plan):
        return "bf16"
    return "fp16" if half or load_in_8bit(plan) else "fp32"


def told_to_trainer(plan: Plan, machine: Machine | None, name: str) -> bool | None:
    """Whether transformers is told to train, or to evaluate, in `bf16` or `fp16`; None where the GPU decides and is not
    known.

    Source: axolotl 0.19.0 and 0.21.0 core/builders/base.py (_configure_precision_settings).
    """
    chosen = bf16(plan)
    fallen = False
    if chosen == "auto":
        if fp16(plan):
            chosen = False
        elif machine is None or machine.bf16 is None:
            return None
        else:
            chosen, fallen = machine.bf16, not machine.bf16 and plan.get("fp16") is None
    if name == "bf16":
        return bool(chosen) or bfloat16(plan)
    return (fp16(plan) or fallen) and not chosen
