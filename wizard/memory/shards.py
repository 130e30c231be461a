"""What several GPUs change: what each holds of weights, gradients and states, and what is on its way between them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wizard.axolotl.effective import Effective
from wizard.domain.model import Model
from wizard.knowledge.optimizers import optimizer
from wizard.memory.adapter import saved_module_parameters, trainable_parameters
from wizard.memory.all_gather import Flight, apart, fsdp, unsynced, zero3
from wizard.memory.optimizer import state_bytes
from wizard.memory.weights import element_bytes, scale_bytes, tensor_bytes

PINNED = 1.5
"""Host bytes for one that is page-locked: room for rounding up, as DeepSpeed's estimators take it
(`additional_buffer_factor`, runtime/zero/stage3.py)."""


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes one GPU holds: weights, adapter, gradients, optimizer states, buffers in flight, the optimizer step's
    transient; and `away`, what it keeps in host memory instead.

    `flight` lasts the step, `reducing` comes to it in the backward, `closing` stands for both when that ends, and
    `opening` stands for `flight` where the forward begins, `reopening` where the backward does; `ended` is
    what of it is free again at the loss, `flattened` comes to `closing` for a moment. `apart`: blocks of streams of
    their own, which are not allocated but may stay reserved. `unsynced`: gradients before a step's last micro batch,
    where FSDP leaves them whole. `copying` comes to `flight` where a layer of the forward begins.
    """

    weights: float
    adapter: float
    gradients: float
    states: float
    flight: float
    step: float
    away: float = 0.0
    reducing: float = 0.0
    closing: float = 0.0
    opening: float = 0.0
    reopening: float = 0.0
    copying: float = 0.0
    apart: float = 0.0
    ended: float = 0.0
    flattened: float = 0.0
    unsynced: float = 0.0


def held(model: Model, settings: Effective, whole: Held) -> Held:
    """Divide the whole model's bytes as the settings' sharding does.

    ZeRO 1 divides states, ZeRO 2 gradients too, ZeRO 3 and FSDP weights as well, which are then gathered for a moment
    (memory/gathered.py). DDP keeps a second copy of the gradients in its buckets. What is offloaded takes its gradients
    with it: DeepSpeed copies each into fp32 on the host, FSDP2 each shard. The scales of quantized weights stay whole.
    Sources: arXiv:1910.02054; torch DDP `gradient_as_bucket_view=False`; FSDP2 `CPUOffloadPolicy`; deepspeed 0.19
    stage_1_and_2.py (`copy_grads_in_partition`), stage3.py (`grad_partitions_flat_buffer`).
    """
    parts = settings.sharding
    if parts.fp32_master:
        whole = _mixed(model, settings, whole)
    scales = scale_bytes(model, settings) if parts.weights > 1 else 0.0
    fuller = _fuller(model, settings)
    weights = fuller * (whole.weights - scales) / parts.weights
    trained = fuller if settings.lora is None else 1.0
    moving = _flight(model, settings, whole)
    leaves = parts.offload_optimizer and parts.kind not in ("zero1", "ddp", "none")
    return Held(
        weights=scales + (0.0 if parts.offload_parameters else weights),
        adapter=whole.adapter / parts.weights,
        gradients=0.0 if leaves else trained * whole.gradients / parts.gradients,
        states=0.0 if parts.offload_optimizer else trained * whole.states / parts.states,
        flight=moving.lasting,
        step=0.0 if parts.offload_optimizer else _step(model, settings, whole),
        away=_away(model, settings, whole),
        reducing=moving.reducing,
        closing=moving.closing,
        opening=moving.opening,
        reopening=moving.reopening,
        copying=moving.copying,
        apart=apart(model, settings),
        ended=moving.ended,
        flattened=moving.flattened,
        unsynced=unsynced(model, settings),
    )


def _fuller(model: Model, settings: Effective) -> float:
    """How much more than its part the fullest GPU has: FSDP2 divides stacked experts by whole experts (torch 2.13
    `fully_shard`, `Shard(0)`: chunks of the size rounded up).
    """
    parts, count = settings.sharding, max(block.experts for block in model.blocks)
    if parts.kind != "fsdp2" or not count or parts.mesh.expert > 1:
        return 1.0
    whole = sum(tensor_bytes(one, settings) for one in model.tensors)
    stacked = sum(tensor_bytes(one, settings) for one in model.tensors if one.kind == "experts")
    return 1.0 + stacked / whole * (-(-count // parts.weights) * parts.weights / count - 1.0)


def _flight(model: Model, settings: Effective, whole: Held) -> Flight:
    parts = settings.sharding
    if parts.kind == "ddp":
        return Flight(whole.gradients, 0.0, whole.gradients)
    if parts.kind in ("zero1", "zero2"):
        buckets = _buckets(model, settings)
        return Flight(0.0, buckets, buckets)
    if parts.parts == 1 and not parts.offload_parameters:
        return Flight()
    if parts.kind == "zero3":
        return zero3(model, settings)
    return fsdp(model, settings) if parts.fsdp else Flight()


def _buckets(model: Model, settings: Effective) -> float:
    """ZeRO 1 and 2 in the backward: buckets that gradients are copied into, two to overlap, made in full whatever the
    model; and with an offloaded optimizer the largest gradient, on its way (`setup_buckets`).
    """
    zero = settings.sharding.zero
    assert zero is not None
    size = zero.bucket(model.hidden) * (2 if zero.overlap else 1)
    if not zero.contiguous:
        size = min(size, float(trainable_parameters(model, settings)))
    passing = float(model.largest_tensor) if settings.sharding.offload_optimizer and settings.lora is None else 0.0
    return element_bytes(settings) * (size + passing)


def _step(model: Model, settings: Effective, whole: Held) -> float:
    """The optimizer step's transient. ZeRO 1 and 2 flatten their part of the 16-bit gradients and turn it to fp32, and
    have freed the rest by then; ZeRO 3 does so for one group of parameters at a time (`step` in both files).
    """
    parts = settings.sharding
    if parts.zero is None:
        return whole.step * (2 if parts.fp32_master and settings.lora is None else 1) / parts.states
    own = trainable_parameters(model, settings) / parts.states
    wide = 2.0 * whole.step / parts.states
    if parts.kind == "zero3":
        group = max(parts.zero.group, model.largest_tensor / parts.states)
        return 4.0 * min(own, group) + min(wide, 4.0 * group)
    freed = whole.gradients / parts.gradients - whole.gradients / parts.states
    return max(0.0, 6.0 * own + wide - freed)


def _away(model: Model, settings: Effective, whole: Held) -> float:
    """Host bytes of one process. DeepSpeed keeps states and fp32 gradients there, and 16-bit buffers: of the weights'
    part, of the gradients' where they are accumulated, and of the largest gradient.
    """
    parts = settings.sharding
    pinned = PINNED if parts.pinned else 1.0
    weights = whole.weights / parts.weights * pinned if parts.offload_parameters else 0.0
    if not parts.offload_optimizer:
        return weights
    if parts.zero is None:
        return weights + whole.states / parts.states + whole.gradients / parts.gradients * pinned
    own = trainable_parameters(model, settings) / parts.states
    buffers = 2.0 * own * (2 if settings.accumulation > 1 else 1) + 2.0 * model.largest_tensor
    return weights + pinned * (whole.states / parts.states + 4.0 * own + buffers)


def _mixed(model: Model, settings: Effective, whole: Held) -> Held:
    """DeepSpeed: gradients in 16 bits, states of fp32 weights, and an fp32 master copy among them. FSDP1: its shards of
    weights and gradients are in fp32 themselves (accelerate 1.13 `prepare_model`: trained flat parameters).

    Both are 16 bytes for each fully trained element with Adam (arXiv:1910.02054, 3.1). The optimizer sees flat vectors,
    for which Adafactor has a whole second moment.
    """
    if settings.lora is not None:
        return replace(whole, states=whole.states + saved_module_parameters(model, settings.lora) * 4)
    elements = float(trainable_parameters(model, settings))
    states = state_bytes(model, settings._replace(weights_fp32=True)).resident
    if optimizer(settings.optimizer).step == "factored":
        states = max(states, 4.0 * elements)
    if settings.sharding.kind == "fsdp1":
        wide = 0.0 if settings.weights_fp32 else 2.0 * elements
        return replace(whole, weights=whole.weights + wide, gradients=4.0 * elements, states=states)
    return replace(whole, gradients=2.0 * elements, states=states + 4.0 * elements)
