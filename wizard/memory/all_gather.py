"""Weights that are divided and made whole for a moment, and gradients before they are divided: of FSDP and ZeRO 3."""

from __future__ import annotations

from typing import NamedTuple

from wizard.axolotl.effective import Effective
from wizard.axolotl.targets import adapted
from wizard.domain.model import Model, Tensor
from wizard.memory.adapter import saved_modules, trainable_parameters
from wizard.memory.trained import trained_count
from wizard.memory.weights import element_bytes, tensor_bytes


class Flight(NamedTuple):
    """Bytes beside what a GPU keeps: all through a step (`lasting`), in the backward beside it (`reducing`), at the
    backward's end in place of both (`closing`), in place of `lasting` where the forward begins, as the outer unit is
    gathered (`opening`), and where the backward does (`reopening`). `ended`: what of `lasting` is free
    again when the loss is taken. `copying`: beside `lasting` where a layer of the forward begins, as it is copied out.
    `flattened`: beside `closing` for a moment, once what the last step of the backward made is summed up.
    """

    lasting: float = 0.0
    reducing: float = 0.0
    closing: float = 0.0
    opening: float = 0.0
    ended: float = 0.0
    flattened: float = 0.0
    reopening: float = 0.0
    copying: float = 0.0


class Units(NamedTuple):
    """Bytes of the largest decoder layer's weights and gradients, of the first one's, whose gradients come last, and of
    those outside of the layers. `last_gradients`: those of them that come after all layers', of embeddings that aren't
    lm_head too.
    """

    layer: float
    first: float
    outer: float
    layer_gradients: float
    first_gradients: float
    outer_gradients: float
    last_gradients: float


def fsdp(model: Model, settings: Effective) -> Flight:
    """Of FSDP.

    Two layers are whole at a time, since the next is gathered ahead; embeddings, last norm and lm_head are one unit
    with the root module, whole until the backward ends. Gradients are whole until their unit is done and are copied
    into one buffer to be reduced (FSDP1 has both of the root's for a moment); the tape counts a layer's own. Without
    resharding all stay whole after the forward, beside the shards. What is gathered is copied out of one buffer, in
    FSDP2's forward beside that of the layer before; FSDP2 gathers the root again for the backward, when no layer is
    whole.
    At the loss the layers are done: FSDP1 has freed them, FSDP2 keeps the last one's buffer until it gathers again.
    Source: torch 2.13 `fully_shard` (FSDPParamGroup, `foreach_all_gather_copy_out`, `foreach_reduce`), whose storages
    were counted on a small model with a fake process group; accelerate's `transformer_auto_wrap_policy`.
    """
    units = units_of(model, settings)
    layers = 2 if settings.sharding.reshard else model.layers + 1
    part = 1 - 1 / settings.sharding.parts
    others = part * units.outer_gradients
    early = part * units.last_gradients if settings.sharding.kind == "fsdp2" else 0.0
    waiting = units.layer_gradients + others - early
    if settings.leaves_gradients_whole:  # those of a layer that is done go into the buffer, and leave their part
        waiting = units.layer_gradients / settings.sharding.parts
    gathers = settings.sharding.kind == "fsdp2" and settings.sharding.reshard
    opening = 2 * (units.outer + units.first) if gathers else 0.0
    done = (1 if settings.sharding.kind == "fsdp2" else 2) * units.layer if settings.sharding.reshard else 0.0
    lasting = units.outer + layers * units.layer
    if settings.sharding.kind == "fsdp1":
        own = 4.0 / element_bytes(settings) / settings.sharding.parts  # in fp32; it is not there yet
        closing = units.outer + (1 - own) * units.outer_gradients
        return Flight(lasting, waiting, closing, opening, done, units.outer_gradients)
    closing, reopening = units.outer + units.first_gradients + others, 2 * units.outer if gathers else 0.0
    copying = units.layer if gathers else 0.0
    return Flight(lasting, waiting, closing, opening, done, reopening=reopening, copying=copying)


def unsynced(model: Model, settings: Effective) -> float:
    """Bytes of all gradients, whole and in the dtype that is computed with, where FSDP divides them once a step."""
    if not settings.leaves_gradients_whole:
        return 0.0
    elements = float(trainable_parameters(model, settings))
    if settings.lora is None:
        experts = sum(one.numel * trained_count(one, settings) for one in model.tensors if one.kind == "experts")
        elements -= (1 - 1 / settings.sharding.mesh.expert) * experts
    return element_bytes(settings) * elements


def apart(model: Model, settings: Effective) -> float:
    """Bytes that streams of FSDP2's and ZeRO 3's own hold besides: blocks of another CUDA stream, which PyTorch's
    allocator gives to no other before it is out of memory.

    Of FSDP2 one stream has what is gathered, a layer beside the next, and what comes from host memory to be gathered;
    another what is left of a unit's gradients once they are reduced. The outermost unit is gathered there too, while
    nothing else is: its pages go back where there is need of them.
    Source: torch 2.13 `FSDPCommContext`, `foreach_all_gather`, `FSDPParamGroup.wait_for_unshard` (it frees the last
    result after the next copy-out), `FSDPParam.all_gather_inputs` (`offload_to_cpu`), `foreach_reduce`
    (`reduce_output`); notes on CUDA semantics, memory management: blocks belong to the stream they were made on.

    ZeRO 3 gathers weight by weight on a stream of its own: the block that the largest one had may lie in pieces of
    others when it is gathered again. Source: deepspeed 0.19 partitioned_param_coordinator.py (`__allgather_stream`).
    """
    parts = settings.sharding
    if parts.kind == "zero3" and parts.parts > 1:
        return _module(model, settings)[1]
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
    module, whole = _module(model, settings)
    live = min(float(model.parameters), max(module + zero.ahead(model.hidden), zero.live))
    gathered = max(live * _each(model, settings), whole)
    size = float(zero.bucket(model.hidden))
    bucket = element_bytes(settings) * size if zero.contiguous else 0.0
    waiting = 0.0 if settings.lora is not None else 2.0 * _largest(model).numel
    if not zero.contiguous:  # the gradients themselves wait until there are as many
        waiting += element_bytes(settings) * min(size, float(trainable_parameters(model, settings)))
    return Flight(gathered + bucket, waiting, gathered + bucket + waiting)


def _largest(model: Model) -> Tensor:
    return max((one for one in model.tensors if not one.tower), key=lambda one: one.numel)


def _each(model: Model, settings: Effective) -> float:
    return sum(tensor_bytes(one, settings) for one in model.tensors) / max(1, model.parameters)


def _module(model: Model, settings: Effective) -> tuple[float, float]:
    """Weights of the largest module that ZeRO 3 makes whole at once, and their bytes."""
    largest = _largest(model)
    experts = sum(one.total for one in model.tensors if one.kind == "experts") / max(1, model.layers)
    module = max(float(largest.numel), experts / settings.sharding.mesh.expert)  # a block of them is a leaf
    return module, module * max(_each(model, settings), tensor_bytes(largest, settings) / largest.total)


def units_of(model: Model, settings: Effective) -> Units:
    """The largest decoder layer, the first one, and what lies outside of all of them."""
    outer = outer_gradients = last_gradients = 0.0
    layers = {True: [0.0, 0.0], False: [0.0, 0.0]}  # with experts, and without: weights and gradients

    def share_out(count: int, size: float, gradients: float) -> None:
        for sparse, found in layers.items():
            part = _share(count, model, sparse=sparse)
            found[0] += part * size
            found[1] += part * gradients

    for one in model.tensors:
        if one.tower:
            continue
        size = tensor_bytes(one, settings) / (settings.sharding.mesh.expert if one.kind == "experts" else 1)
        gradients = _gradients(one, settings, size)
        if "*" in one.path:
            share_out(one.count, size, gradients)
        else:
            outer += size
            outer_gradients += gradients
            if one.kind == "embedding":
                last_gradients += gradients * model.late_embeddings / model.embedding_parameters
    if settings.lora is not None:
        for saved in saved_modules(model, settings.lora):
            size = float(element_bytes(settings) * saved.total)
            outer += size
            outer_gradients += size
            last_gradients += size if saved.kind == "embedding" else 0.0
        for pair in adapted(model, settings.lora):
            size = float(settings.adapter_computed * pair.count * pair.numel)
            share_out(pair.count, size, size)
    largest = layers[any(block.experts for block in model.blocks)]
    first = layers[bool(model.blocks[0].experts)]
    return Units(largest[0], first[0], outer, largest[1], first[1], outer_gradients, last_gradients)


def _share(count: int, model: Model, *, sparse: bool) -> float:
    """How much of what `count` layers have is in one layer with experts, or without: what some layers have that differ
    in another way is shared out among all.
    """
    among = sum(block.count for block in model.blocks if block.experts)
    if among in (0, model.layers) or count not in (among, model.layers - among) or 2 * among == model.layers:
        return 1 / model.layers
    return 1 / count if (count == among) == sparse else 0.0


def _gradients(one: Tensor, settings: Effective, size: float) -> float:
    return 0.0 if settings.lora is not None else size * trained_count(one, settings) / one.count
