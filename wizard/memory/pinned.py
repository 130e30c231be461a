"""Experts out of 8 bits that Axolotl 0.19 never lets go of again (`wizard.axolotl.quantization.pins_experts`)."""

from __future__ import annotations

from typing import NamedTuple

from wizard.axolotl.effective import Effective
from wizard.axolotl.targets import expert_ranks
from wizard.domain.model import Model
from wizard.knowledge.load import toml

_ITEM = 4.0
"""Bytes of a weight out of 8 bits: bitsandbytes makes fp32 of it."""


class Pinned(NamedTuple):
    """Bytes of all layers, and of the layer that has most: there what stays is what the layer works with."""

    all: float = 0.0
    layer: float = 0.0


_NOTHING = Pinned()


def pinned(model: Model, settings: Effective) -> Pinned:
    """What stays once a backward has run through every layer.

    Only where the experts' product is the last of a layer that the backward needs: a shared expert or a norm behind
    them is run later, so that their own forward ends as usual. An adapted stack is let go of by Axolotl's other patch
    (`_patched_activate_lora`, in a `finally`). Simulated: those of OLMoE, Qwen3 and Qwen1.5 stay, those of DeepSeek V2
    and adapted ones don't.
    """
    if not settings.pins_experts or settings.quantization != "int8" or model.norm_place != "pre":
        return _NOTHING
    adapted = expert_ranks(model, settings.lora) if settings.lora is not None else {}
    first = model.model_type.removesuffix("_text") in toml("models/shared_first")["models"]
    last = [b for b in model.blocks if b.experts and (first or not (b.shared_width or b.intermediate))]
    total = layer = 0.0
    for block in last:
        one = block.experts * block.expert_width * model.hidden
        up = 0 if {"gate_up_proj", "up_proj"} & set(adapted) else one * (2 if block.gated else 1)
        each = _ITEM * (up + (0 if "down_proj" in adapted else one))
        total, layer = total + each * block.count, max(layer, each)
    return Pinned(total, layer)
