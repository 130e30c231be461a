"""What the optimizer keeps, and what its step needs for a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wizard.axolotl.effective import Effective
from wizard.axolotl.targets import adapted
from wizard.domain.model import Model
from wizard.knowledge.optimizers import Optimizer, optimizer
from wizard.memory.adapter import saved_modules
from wizard.memory.gradients import gradient_bytes
from wizard.memory.trained import trained_count
from wizard.memory.weights import element_bytes


@dataclass(frozen=True, slots=True)
class States:
    """Bytes kept on the GPU, bytes that may be paged to host memory, and the step's transient."""

    resident: float
    paged: float
    step: float


@dataclass(frozen=True, slots=True)
class _Trained:
    """`count` trained tensors of one shape and dtype."""

    shape: tuple[int, ...]
    count: int
    element: int
    embedding: bool

    @property
    def numel(self) -> int:
        size = 1
        for width in self.shape:
            size *= width
        return size


def state_bytes(model: Model, settings: Effective) -> States:
    """The optimizer's memory for these settings, before any sharding.

    Formulas: knowledge/optimizers.toml, one row an optimizer, each with its source.
    """
    row = optimizer(settings.optimizer)
    resident = paged = largest = 0.0
    for tensor in _trained(model, settings):
        size = _one(tensor, row)
        if row.paged and tensor.numel >= row.paged_minimum:
            plain = not row.block or (row.embeddings_fp32 and tensor.embedding)
            scales = 0.0 if plain else row.states * _scales(tensor, row)
            resident += tensor.count * scales  # bitsandbytes pages the states, not their scales
            paged += tensor.count * (size - scales)
        else:
            resident += tensor.count * (size + (_rounded(4) if row.counters else 0.0))
        largest = max(largest, tensor.numel)
    return States(resident, paged, _step(row, model, settings, largest))


def step_on_cpu(model: Model, settings: Effective) -> float:
    """The step's transient where there is no GPU: one tensor at a time, some values for each of the largest's.

    torch takes its foreach steps on GPUs alone (torch 2.13 optim/optimizer.py, `_default_to_fused_or_foreach`).
    """
    row = optimizer(settings.optimizer)
    if row.step == "factored":
        return _factored_step(model, settings)
    sizes = ((tensor.numel, 4 if row.state_bytes else tensor.element) for tensor in _trained(model, settings))
    return max((float(row.cpu_values * numel * width) for numel, width in sizes), default=0.0)


def _one(tensor: _Trained, row: Optimizer) -> float:
    if row.factored:
        whole = row.states * _rounded(tensor.numel * (row.state_bytes or tensor.element))
        return _factored(tensor) + whole
    if row.block:
        if tensor.numel < row.minimum or (row.embeddings_fp32 and tensor.embedding):
            return row.states * _rounded(4 * tensor.numel)
        return row.states * (_rounded(tensor.numel * row.state_bytes) + _scales(tensor, row))
    return row.states * _rounded(tensor.numel * (row.state_bytes or tensor.element))


def _scales(tensor: _Trained, row: Optimizer) -> float:
    """One fp32 scale for each block of a state."""
    return _rounded(4 * -(-tensor.numel // row.block))


def _rounded(size: float) -> float:
    """PyTorch's allocator hands out multiples of 512 bytes."""
    return -(-size // 512) * 512.0


def _factored(tensor: _Trained) -> float:
    """Row and column vectors in fp32 (one vector for a vector), and the RMS."""
    counters = _rounded(4)
    if len(tensor.shape) < 2:
        return _rounded(4 * tensor.numel) + counters
    rows = tensor.numel // tensor.shape[-1]
    columns = tensor.numel // tensor.shape[-2]
    return _rounded(4 * rows) + _rounded(4 * columns) + counters


def _step(row: Optimizer, model: Model, settings: Effective, largest: float) -> float:
    if row.step == "gradients" or (row.step == "decayed" and settings.weight_decay):
        return gradient_bytes(model, settings)
    if row.step == "factored":
        return _factored_step(model, settings)
    kind, _, factor = row.step.partition(":")
    return largest * float(factor) if kind == "largest" else 0.0


def _factored_step(model: Model, settings: Effective) -> float:
    """The gradient's square, and it with epsilon added, in fp32, beside the update of the tensor before; gradient and
    weight in fp32, where they are not so already (transformers 5.20 optimization.py, `Adafactor.step`).
    """
    each = ((8.0 if one.element == 4 else 16.0) * one.numel for one in _trained(model, settings))
    return max(each, default=0.0) + (0.0 if model.tied or settings.lora else 4.0 * model.largest_linear)


def _trained(model: Model, settings: Effective) -> Iterator[_Trained]:
    element = element_bytes(settings)
    if settings.lora is None:
        for tensor in model.tensors:
            wide = settings.embeddings_fp32 and tensor.kind in ("embedding", "head", "norm")
            trained = trained_count(tensor, settings)
            if trained:
                yield _Trained(tensor.shape, trained, 4 if wide else element, tensor.kind == "embedding")
        return
    for one in adapted(model, settings.lora):
        yield _Trained((one.rank, one.inputs), one.count, settings.adapter_bytes, False)
        yield _Trained((one.outputs, one.rank), one.count, settings.adapter_bytes, False)
        if settings.lora.dora:
            yield _Trained((one.outputs,), one.count, settings.adapter_bytes, False)
    for tensor in saved_modules(model, settings.lora):
        yield _Trained(tensor.shape, tensor.count, element, tensor.kind == "embedding")
