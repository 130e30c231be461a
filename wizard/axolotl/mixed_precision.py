"""Who computes in 16 bits what is stored in fp32: autocast, or what divides the model."""

from __future__ import annotations

from wizard.axolotl import adapters, attention
from wizard.axolotl.precision import Precision
from wizard.axolotl.quantization import begins_at_random
from wizard.axolotl.sharding import Sharding
from wizard.domain.model import Model
from wizard.domain.plan import Plan


def autocasts(parts: Sharding, precision: Precision) -> bool:
    """Whether the forward runs under autocast: not in fp32, nor under FSDP2 and DeepSpeed, which have all that is
    trained in 16 bits where it is computed.

    Source: accelerate 1.11 to 1.15, whose `_prepare_fsdp2` and `_prepare_deepspeed` don't call `prepare_model`;
    transformers 5.20 trainer.py, `autocast_smart_context_manager`, which leaves it to accelerate.
    """
    return precision != "fp32" and parts.kind in ("none", "ddp", "fsdp1")


def narrows(parts: Sharding, precision: Precision) -> bool:
    """Whether what divides the model hands out 16 bits of what is stored in fp32: FSDP gathers so (`MixedPrecision`,
    `MixedPrecisionPolicy`), DeepSpeed has it so (deepspeed 0.19 engine.py, `_cast_module_mixed_precision`).
    """
    return precision != "fp32" and parts.kind not in ("none", "ddp")


def in_fp32(plan: Plan, model: Model | None, computed_in: Precision) -> bool:
    """Whether the weights are made in fp32: as they are computed with, or as the config says where they begin there."""
    if model is not None and begins_at_random(plan):
        return model.dtype == "float32"
    return computed_in == "fp32"


def keeps_fp32(plan: Plan, parts: Sharding) -> bool:
    """Whether embeddings and lm_head of a full fine-tune stay in fp32, unless the loss is cut."""
    if adapters.adapter(plan) is not None or parts.kind not in ("none", "ddp"):
        return False
    return attention.keeps_fp32_embeddings(attention.implementation(plan))
