"""Gradients: one element for each trained element, in its dtype."""

from __future__ import annotations

from wizard.axolotl.effective import Effective
from wizard.domain.model import Model
from wizard.memory.adapter import adapter_weight_bytes
from wizard.memory.trained import trained_count
from wizard.memory.weights import tensor_bytes


def gradient_bytes(model: Model, settings: Effective) -> float:
    """Bytes of all gradients before any sharding."""
    if settings.lora is None:
        return sum(
            tensor_bytes(tensor, settings) * trained_count(tensor, settings) / tensor.count for tensor in model.tensors
        )
    return adapter_weight_bytes(model, settings)
