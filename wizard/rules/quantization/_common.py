"""What several rules on quantization share."""

from __future__ import annotations

from wizard.axolotl import early
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan

DTYPES = ("int4", "int8", "float8_e4m3fn", "fp8", "float8", "nvfp4", "mxfp4", "ternary")
"""What `qat` and `quantization` take as a dtype."""
_ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")


def dtype(value: object) -> object:
    """The name under which Axolotl knows a dtype."""
    return "float8_e4m3fn" if value in ("fp8", "float8") else value


def rounded_experts(plan: Plan, model: Model) -> dict[str, object]:
    """The change that has a mixture's experts rounded as they are loaded, with targets that go with it."""
    changes: dict[str, object] = {"quantize_moe_experts": True}
    if early.is_set(plan, "lora_target_linear"):
        names = [name for name in _ATTENTION if name in model.linear_names]
        changes |= {"lora_target_linear": REMOVE, "lora_target_modules": names or sorted(model.linear_names)}
    return changes
