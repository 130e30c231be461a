"""Weights that are divided and made whole for a moment, and gradients before they are divided: of FSDP and ZeRO 3."""

from __future__ import annotations

from typing import NamedTuple

from wizard.axolotl.effective import Effective
from wizard.domain.model import Model, Tensor
from wizard.memory.trained import trained_count
from wizard.memory.weights import element_bytes, tensor_bytes


class Flight(NamedTuple):
    """Bytes beside what a GPU keeps: all through a step (`lasting`), in the backward beside it (`reducing`), at the
    backward's end in place of both (`closing`), and beside `lasting` where the forward and the backward begin, as the
    outermost unit is gathered (`opening`). `ended`: what of `lasting` is free again when the loss is taken.
    `flattened`: beside `closing` for a moment, once what the last step of the backward made is summed up.
    """

    lasting: float = 0.0
    reducing: float = 0.0
    closing: float = 0.0
    opening: float = 0.0
    ended: float = 0.0
    flattened: float = 0.0


class Units(NamedTuple):
    """Bytes of one decoder layer's weights and gradients, and of those outside of the layers."""

    layer: float
    outer: float
    layer_gradients: float
    outer_gradients: float


def fsdp(model: Model, settings: Effective) -> Flight:
    """Of FSDP.

    Two layers are whole at a time, since the next is gathered ahead; embeddings, last norm and lm_head are one unit
    with the root module, whole until the backward ends. Gradients are whole until their unit is done and are copied
    into one buffer to be reduced (FSDP1 has both of the root's for a moment); the tape counts a layer's own. Without
    resharding all stay whole after the forward, beside the shards. What is gathered is copied out of one buffer; FSDP2
    gathers the root again for the backward.
    At the loss the layers are done: FSDP1 has freed them, FSDP2 keeps the last one's buffer until it gathers again.
    Source: torch 2.13 `fully_shard` (FSDPParamGroup, `foreach_all_gather_copy_out`, `foreach_reduce`), whose storages
    were counted on a small model with a fake process group; accelerate's `transformer_auto_wrap_policy`.
    """
    units = units_of(model, settings)
    layers = 2 if settings.sharding.reshard else model.layers + 1
    waiting = units.layer_gradients + (1 - 1 / settings.sharding.parts) * units.outer_gradients
    opening = units.outer if settings.sharding.kind == "fsdp2" and settings.sharding.reshard else 0.0
    done = (1 if settings.sharding.kind == "fsdp2" else 2) * units.layer if settings.sharding.reshard else 0.0
    lasting = units.outer + layers * units.layer
    if settings.sharding.kind == "fsdp1":
        own = 4.0 / element_bytes(settings) / settings.sharding.parts  # in fp32; it is not there yet
        closing = units.outer + (1 - own) * units.outer_gradients
        return Flight(lasting, waiting, closing, opening, done, units.outer_gradients)
    return Flight(lasting, waiting, units.outer + waiting, opening, done)


def apart(model: Model, settings: Effective) -> float:
    """Bytes that FSDP2's own streams hold besides: blocks of another CUDA stream, which PyTorch's allocator gives to no
    other before it is out of memory.

    One stream has what is gathered, a layer beside the next, and what comes from host memory to be gathered; another
    what is left of a unit's gradients once they are reduced. The outermost unit is gathered there too, while nothing
    else is: its pages go back where there is need of them.
    Source: torch 2.13 `FSDPCommContext`, `foreach_all_gather`, `FSDPParamGroup.wait_for_unshard` (it frees the last
    result after the next copy-out), `FSDPParam.all_gather_inputs` (`offload_to_cpu`), `foreach_reduce`
    (`reduce_output`); notes on CUDA semantics, memory management: blocks belong to the stream they were made on.
    """
    parts = settings.sharding
    if parts.kind != "fsdp2" or parts.parts == 1:
        return 0.0
    units = units_of(model, settings)
    largest = max(units.layer, units.outer)
    coming = largest / parts.parts if parts.offload_parameters else 0.0
    reduced = max(units.layer_gradients, units.outer_gradients) / parts.parts
    return 2.0 * units.layer + coming + reduced


def zero3(model: Model, settings: Effective) -> Flight:
    """Of ZeRO 3: its bucket, and as many gathered weights as its settings let live, no less than one module has.

    A gradient larger than the bucket waits by itself. Source: deepspeed 0.19 runtime/zero/stage3.py (`setup_buckets`:
    the bucket is there all the time), partitioned_param_coordinator.py (`fetch_sub_module`, `release_sub_module`).
    """
    zero = settings.sharding.zero
    assert zero is not None
    largest = max((one for one in model.tensors if not one.tower), key=lambda one: one.numel)
    experts = sum(one.total for one in model.tensors if one.kind == "experts") / max(1, model.layers)
    module = max(float(largest.numel), experts / expert_axis(settings))  # a mixture's block is a leaf, gathered at once
    live = min(float(model.parameters), max(module + zero.ahead(model.hidden), zero.live))
    each = sum(tensor_bytes(one, settings) for one in model.tensors) / max(1, model.parameters)
    wide = max(each, tensor_bytes(largest, settings) / largest.total)
    gathered = max(live * each, module * wide)
    bucket = element_bytes(settings) * zero.bucket(model.hidden) if zero.contiguous else 0.0
    waiting = 0.0 if settings.lora is not None else 2.0 * largest.numel
    return Flight(gathered + bucket, waiting, gathered + bucket + waiting)


def expert_axis(settings: Effective) -> int:
    """Over how many GPUs the experts are divided."""
    return settings.sharding.mesh.expert if settings.sharding.fsdp or settings.sharding.kind == "zero3" else 1


def units_of(model: Model, settings: Effective) -> Units:
    """One decoder layer, and what lies outside of all of them."""
    layer = outer = layer_gradients = outer_gradients = 0.0
    for one in model.tensors:
        if one.tower:
            continue
        size = tensor_bytes(one, settings) / (expert_axis(settings) if one.kind == "experts" else 1)
        gradients = _gradients(one, settings, size)
        if "*" in one.path:
            layer += size / model.layers
            layer_gradients += gradients / model.layers
        else:
            outer += size
            outer_gradients += gradients
    return Units(layer, outer, layer_gradients, outer_gradients)


def _gradients(one: Tensor, settings: Effective, size: float) -> float:
    return 0.0 if settings.lora is not None else size * trained_count(one, settings) / one.count
