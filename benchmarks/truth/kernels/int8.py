"""bitsandbytes' 8-bit matrix product (``MatMul8bitLt``, bitsandbytes 0.49, CUDA backend), buffer by buffer.

Shapes: the input ``a`` is ``[T, in]``, the weight int8 ``[out, in]``, its scales ``scb`` fp32 ``[out]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

# Columns of the input with a value over the threshold (6.0) are multiplied in bf16. Trained models have a few; the
# number hardly matters for memory, that there are some does: the result is then copied once.
OUTLIER_COLUMNS = 16


@dataclass
class Int8State:
    """The scales of an int8 weight."""

    scb: torch.Tensor


def _quantize_rows(a: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """``int8_vectorwise_quant`` of an fp16 input: int8 values and fp32 row scales; looks for outliers on the way."""
    scales = torch.empty(a.shape[0], dtype=torch.float32)
    values = torch.empty(a.shape, dtype=torch.int8)
    outliers = a.abs() >= 6.0
    del outliers
    return values, scales


def _scaled_product(
    values: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, dtype: torch.dtype
) -> torch.Tensor:
    """``int8_scaled_mm``: the int32 product lives until the fp16 result has been cast."""
    product = torch.empty((values.shape[0], weight.shape[0]), dtype=torch.int32)
    out = torch.empty_like(product, dtype=torch.float16)
    if bias is not None:
        out.add_(bias)
    return out.to(dtype)


class MatMul8bit(torch.autograd.Function):
    """Keeps its input as an attribute, not among the saved tensors: checkpointing without reentry can't drop it."""

    @staticmethod
    def forward(
        ctx: Any, a: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, scb: torch.Tensor
    ) -> torch.Tensor:
        """The product ``[T, out]`` in the input's dtype."""
        shape, a = a.shape, a.reshape(-1, a.shape[-1])
        values, _scales = _quantize_rows(a.to(torch.float16))
        sub_a = torch.empty((a.shape[0], OUTLIER_COLUMNS), dtype=a.dtype)
        sub_b = torch.empty((weight.shape[0], OUTLIER_COLUMNS), dtype=a.dtype).t()
        out = _scaled_product(values, weight, bias, a.dtype).addmm(sub_a, sub_b)
        ctx.weight, ctx.scb, ctx.dtype, ctx.shape = weight, scb, a.dtype, shape
        ctx.tensors = (sub_a, a) if ctx.needs_input_grad[0] else ()
        return out.reshape(*shape[:-1], weight.shape[0])

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """The input's gradient, by way of the weight in bf16."""
        grad = grad.reshape(-1, grad.shape[-1]).contiguous()
        scales = ctx.scb.unsqueeze(1).mul(1.0 / 127.0)
        full = torch.empty(ctx.weight.shape, dtype=ctx.dtype).mul_(scales)
        return torch.matmul(grad.to(ctx.dtype), full).view(ctx.shape), None, None, None


def int8_forward(self: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """``Linear8bitLt.forward``."""
    if self.bias is not None and self.bias.dtype != x.dtype:
        self.bias.data = self.bias.data.to(x.dtype)
    state = getattr(self.weight, "quant_state", None) or self.quant_state  # FSDP forgets what hangs on a weight
    return MatMul8bit.apply(x, self.weight, self.bias, state.scb)
