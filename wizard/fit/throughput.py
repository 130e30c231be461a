"""How fast a plan trains, roughly: arithmetic, the GPU's dense rate, and the share of it that such runs reach.

It says how long to wait, never whether something fits.
"""

from __future__ import annotations

from dataclasses import dataclass

from wizard.axolotl.effective import Effective
from wizard.domain.machine import Machine
from wizard.domain.model import Block, Model, Tensor
from wizard.knowledge.gpus import catalogue_gpu, gpus
from wizard.knowledge.preference import throughput as measured


@dataclass(frozen=True, slots=True)
class Throughput:
    """Tokens a second on all GPUs together, padding counted."""

    low: float
    high: float

    @property
    def says(self) -> str:
        """In words, to two figures: no more is known."""
        low, high = (f"{float(f'{value:.2g}'):,.0f}" for value in (self.low, self.high))
        return f"roughly {low} to {high} tokens a second"

    def seconds(self, tokens: float) -> tuple[float, float]:
        """The least and the most that so many tokens take."""
        return tokens / self.high, tokens / self.low


def throughput(model: Model, settings: Effective, machine: Machine | None) -> Throughput | None:
    """The range, None where it can't be told: the GPU's rate is not known, something waits in host memory, so that the
    bus decides, or the model is a mixture of experts, whose products are many and small.
    """
    rate = _rate(settings, machine)
    if rate is None or _away(settings) or model.moe:
        return None
    known = measured()
    data = rate * settings.sharding.gpus
    each = token_products(model, settings)
    short = min(1.0, settings.tokens / known.tokens)
    short *= known.several if settings.sharding.gpus > 1 else 1.0
    return Throughput(known.low * short * data / each, known.high * data / each)


def _rate(settings: Effective, machine: Machine | None) -> float | None:
    """Products and sums a second of the slowest GPU, in the settings' precision."""
    rates = []
    for gpu in machine.gpus if machine else ():
        row = gpus().get(gpu.catalogue or "") or catalogue_gpu(gpu.name, gpu.total_bytes)
        rate = None if row is None else row.fp16_tflops if settings.precision == "fp16" else row.bf16_tflops
        if rate is None or settings.precision == "fp32":
            return None
        rates.append(rate * 1e12)
    return min(rates, default=None)


def _away(settings: Effective) -> bool:
    parts = settings.sharding
    return (
        parts.offload_optimizer or parts.offload_parameters or settings.offload_activations or settings.offload_layers
    )


def token_products(model: Model, settings: Effective) -> float:
    """Floating point operations for one token of a training step.

    Two for each weight it meets and pass: forward, backward for what comes in, backward for the weights that are
    trained, forward again with checkpointing (arXiv:2001.08361, 2.1; arXiv:2204.02311, appendix B). An adapter's own
    products are left out. Attention: two products of the queries' width with the tokens before, half the length in the
    middle.
    """
    weights = sum(_met(tensor, model) for tensor in model.tensors) + (model.vocab * model.hidden if model.tied else 0)
    again = 0 if settings.checkpointing == "none" else 1
    passes = 2 + again + (1 if settings.lora is None and not settings.unfrozen else 0)
    attention = sum(block.count * _attention(block, settings.row) for block in model.blocks)
    return 2.0 * weights * passes + attention * (3 + again)


def _met(tensor: Tensor, model: Model) -> float:
    """Elements of these tensors that a token is multiplied with."""
    if tensor.tower or tensor.kind in ("embedding", "norm", "bias"):
        return 0.0
    if tensor.kind != "experts":
        return float(tensor.total)
    experts = max((block.experts for block in model.blocks), default=1)
    active = max((block.active for block in model.blocks), default=1)
    return tensor.total * active / max(1, experts)


def _attention(block: Block, length: int) -> float:
    context = min(length, block.window or length)
    return 2.0 * block.heads * (block.head_dim + (block.value_dim or block.head_dim)) * context / 2
