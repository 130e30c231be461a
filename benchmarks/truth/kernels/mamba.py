"""mamba-ssm's and causal-conv1d's functions that Mamba 2 calls, with their buffers.

Source: state-spaces/mamba 2.3.2.post1 mamba_ssm/ops/triton (ssd_combined.py, layernorm_gated.py) and causal-conv1d
1.6.1 causal_conv1d_interface.py. transformers takes them where the packages are installed (5.20.1
integrations/hub_kernels.py, ``use_kernel_func_from_hub_with_fallback``), Mamba 1's from ``selective``.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import torch
from torch.nn import functional

from .scan import FP32, PROCESSORS, scan_backward, scan_forward
from .selective import selective_scan_fn

MAMBA2 = ("granitemoehybrid", "falcon_h1", "nemotron_h", "bamba", "zamba2", "mamba2")
MAMBA1 = ("jamba",)
GUARDED = ("nemotron_h",)
"""Whose fused function Axolotl 0.21 leaves out where out_proj is quantized (``guard_nemotron_h_fused_scan``)."""


class CausalConv1d(torch.autograd.Function):
    """Saves its input; the activation is in the kernel."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
        """Out ``[B, D, T]``."""
        ctx.save_for_backward(x, weight, bias)
        return torch.empty_like(x)

    @staticmethod
    def backward(ctx: Any, d_out: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """The gradients of the input, in its dtype, and of the weight and bias, in fp32 first."""
        x, weight, bias = ctx.saved_tensors
        d_x = torch.empty_like(x)
        d_weight = torch.zeros_like(weight, dtype=FP32)
        d_bias = None if bias is None else torch.zeros_like(bias, dtype=FP32)
        return d_x, d_weight.to(weight.dtype), None if d_bias is None else d_bias.to(bias.dtype)


def causal_conv1d_fn(x: torch.Tensor, weight: torch.Tensor, bias: Any = None, **kwargs: Any) -> torch.Tensor:
    """In the place of transformers' own."""
    return CausalConv1d.apply(x, weight, bias)


class ChunkScan(torch.autograd.Function):
    """``MambaChunkScanCombinedFn`` without a gate: saves out, x, dt and its sum, B and C."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, dt: torch.Tensor, *weights: Any) -> torch.Tensor:
        """Out, like x."""
        a, b, c, chunk, d, bias = weights
        out, _, held = scan_forward(x, b, chunk, gated=False)
        ctx.save_for_backward(out, x, dt, held[1], a, b, c, d, bias)
        ctx.chunk = chunk
        return out

    @staticmethod
    def backward(ctx: Any, d_out: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """The gradients of all but the chunk's size."""
        _, x, dt, _, _, b, c, _, _ = ctx.saved_tensors
        d_out = d_out.contiguous()
        d_x, d_dt, d_a, d_b, d_c, d_d, d_bias, _ = scan_backward((x, dt, b, c), ctx.chunk, (None,) * 4, gated=False)
        return d_x, d_dt, d_a, d_b, d_c, None, d_d, d_bias


def mamba2_chunk_scan(
    x: torch.Tensor, dt: torch.Tensor, a: Any, b: Any, c: Any, chunk_size: int, **kwargs: Any
) -> torch.Tensor:
    """In the place of transformers' own."""
    return ChunkScan.apply(x, dt, a, b, c, chunk_size, kwargs["D"], kwargs["dt_bias"])


class SplitConvScan(torch.autograd.Function):
    """``MambaSplitConv1dScanCombinedFn``: the convolution, the scan, the gated norm and out_proj in one.

    Saves its input, the scan's output before the gate, and out_proj's weight as it is computed with.
    """

    @staticmethod
    def forward(ctx: Any, entered: torch.Tensor, *weights: Any) -> torch.Tensor:
        """out_proj's output."""
        conv, bias, dt_bias, a, d, sizes, norm, out_weight = weights
        chunk, wide, groups = sizes
        _, x, b, _, _, mixed = _divided(entered, conv, d, wide, groups)
        gated, before, held = scan_forward(x, b, chunk, gated=norm is None)
        rstd = None
        if norm is None:
            out = gated.flatten(2)
        else:
            before = gated
            out = torch.empty_like(before.flatten(2))
            rstd = torch.empty((groups * x.shape[0] * x.shape[1],), dtype=FP32)
        out_weight = out_weight.to(out.dtype)
        out = functional.linear(out, out_weight)
        ctx.save_for_backward(entered, conv, bias, before, a, d, dt_bias, norm, rstd, out_weight)
        ctx.sizes = sizes
        del held, mixed, gated
        return out

    @staticmethod
    def backward(ctx: Any, d_out: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """The gradients of the input and of every weight, trained or not."""
        entered, conv, bias, before, _, d, _, norm, _, out_weight = ctx.saved_tensors
        chunk, wide, groups = ctx.sizes
        again = torch.empty_like(before.flatten(2))
        _, x, b, c, dt, mixed = _divided(entered, conv, d, wide, groups)
        d_entered = torch.empty_like(entered)
        d_mixed = torch.empty(mixed.transpose(1, 2).shape, dtype=entered.dtype)
        inner = x.shape[2] * wide
        d_x, d_b, d_c = d_mixed.split([inner, *[(d_mixed.shape[-1] - inner) // 2] * 2], dim=-1)
        to_out = d_out
        d_out = functional.linear(d_out, out_weight.t())
        d_norm = None
        if norm is not None:
            to_norm, d_norm = d_out, _norm_back(norm, groups)
            d_out = torch.empty_like(before.flatten(2))
        into = (d_x.view(x.shape), d_entered[..., -dt.shape[-1] :], d_b.view(b.shape), d_c.view(c.shape))
        found = scan_backward((x, dt, b, c), chunk, into, gated=norm is None)
        if norm is None:
            again = found[-1].flatten(2)
        d_weight = torch.einsum("bso,bsd->od", to_out, again)
        d_conv = torch.zeros_like(conv, dtype=FP32).to(conv.dtype)
        d_bias = None if bias is None else torch.zeros_like(bias, dtype=FP32).to(bias.dtype)
        if norm is not None:
            del to_norm
        return d_entered, d_conv, d_bias, found[6], found[2], found[5], None, d_norm, d_weight


def _norm_back(weight: torch.Tensor, groups: int) -> torch.Tensor:
    """The weight's gradient in ``_layer_norm_bwd``: sums of rows, then of those."""
    width = weight.shape[0] // groups
    warps = min(max(2 ** (width - 1).bit_length() // 256, 1), 8)
    rows = -(-PROCESSORS * -(-4 // warps) // groups)
    return torch.empty((rows, weight.shape[0]), dtype=FP32).sum(0).to(weight.dtype)


def _divided(entered: torch.Tensor, conv: torch.Tensor, d: torch.Tensor, wide: int, groups: int) -> tuple[Any, ...]:
    """Gate, x, B, C and dt; and the convolution's output, of which x, B and C are parts."""
    heads = d.shape[0]
    inner = heads * wide
    gate, mixed, dt = entered.split([inner, conv.shape[0], heads], dim=-1)
    mixed = torch.empty_like(mixed.transpose(1, 2))
    state = (conv.shape[0] - inner) // 2
    x, b, c = mixed.transpose(1, 2).split([inner, state, state], dim=-1)
    return (gate, x.unflatten(2, (heads, wide)), b.unflatten(2, (groups, -1)), c.unflatten(2, (groups, -1)), dt, mixed)


def mamba2_split_conv1d_scan_combined(zxbcdt: torch.Tensor, *weights: Any, **kwargs: Any) -> torch.Tensor:
    """In the place of the function that returns None without the package."""
    sizes = (kwargs["chunk_size"], kwargs["headdim"], kwargs["ngroups"])
    norm, out_weight = kwargs["rmsnorm_weight"], kwargs["outproj_weight"]
    return SplitConvScan.apply(zxbcdt, *weights, kwargs["D"], sizes, norm, out_weight)


def _guarded(*args: Any, **kwargs: Any) -> torch.Tensor | None:
    """Axolotl's guard."""
    weight = kwargs["outproj_weight"]
    if not weight.is_floating_point() or getattr(weight, "quant_state", None) is not None:
        return None
    return mamba2_split_conv1d_scan_combined(*args, **kwargs)


@contextmanager
def mamba_kernels() -> Iterator[None]:
    """The stand-ins for every model of this transformers that has Mamba layers, while the context is open."""
    with ExitStack() as stack:
        for name in (*MAMBA2, *MAMBA1):
            try:
                module = importlib.import_module(f"transformers.models.{name}.modeling_{name}")
            except ImportError:
                continue  # transformers is older than the model
            fused = _guarded if name in GUARDED else mamba2_split_conv1d_scan_combined
            found = {"causal_conv1d_fn": causal_conv1d_fn}
            if name in MAMBA1:
                found["mamba_selective_scan"] = selective_scan_fn
            else:
                found |= {"mamba2_chunk_scan": mamba2_chunk_scan, "mamba2_split_conv1d_scan_combined": fused}
            for function, stand_in in found.items():
                stack.enter_context(mock.patch.object(module, function, stand_in))
        yield
