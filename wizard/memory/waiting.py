"""Frozen layers that wait in host memory (`layer_offloading`): what the GPU may be rid of, and what the host has.

Axolotl copies the frozen weights of every decoder layer into pinned host memory before the first step and brings them
back a layer at a time, the next one ahead, while the last one leaves. Source: axolotl 0.19.0 and 0.21.0
core/trainers/mixins/layer_offloading.py. The peak stays where it was in the one measurement that was found (5.79 GB
with it, 5.84 without, of a model that lay there with 3.36 and 5.18; axolotl pull request 3797), so what is likely
stays, and only the low figure knows of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from wizard.axolotl.effective import Effective
from wizard.domain.model import Model, Tensor
from wizard.memory.trained import trained_count
from wizard.memory.weights import data_bytes, stored_bytes

_THERE = 3
"""Layers that are on the GPU at once: the one that runs, the next and the last."""
_FOUND_BY = ("DecoderLayer", "TransformerBlock")
"""What the class of layers that are found has in its name."""


def leaving_bytes(model: Model, settings: Effective) -> float:
    """Bytes that may have left one GPU when its peak comes: all frozen layers but those that are there at once.

    Without checkpointing autograd keeps them: what a linear layer saves is a view of its weight.
    """
    if settings.checkpointing == "none" or not settings.offload_layers:
        return 0.0
    each = sum(stored_bytes(one, settings) / one.count * count for one, count in _frozen(model, settings))
    return max(0.0, 1 - _THERE / max(1, model.layers)) * each / settings.sharding.weights


def pinned_bytes(model: Model, settings: Effective) -> float:
    """Bytes of host memory that one process keeps for them: of each weight a block of a power of two, as PyTorch's
    allocator of pinned memory has it (ATen/core/CachingHostAllocator.h). The scales beside quantized ones stay.
    """
    if not settings.offload_layers:
        return 0.0
    parts = settings.sharding.weights
    return float(sum(count * _block(data_bytes(one, settings) / parts) for one, count in _frozen(model, settings)))


def _frozen(model: Model, settings: Effective) -> Iterator[tuple[Tensor, int]]:
    """The weights of the decoder layers that are not trained, each with how many layers have it so."""
    named = model.layer_class or _FOUND_BY[0]
    if not any(part in named for part in _FOUND_BY):
        return
    for one in model.tensors:
        if "*" in one.path and not one.tower:
            count = one.count if settings.lora else one.count - trained_count(one, settings)
            if count:
                yield one, count


def _block(size: float) -> int:
    return 1 << max(0, ceil(size) - 1).bit_length()
