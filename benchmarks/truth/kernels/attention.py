"""FlashAttention-2's buffers, and those of PyTorch's scaled dot product attention on a GPU.

Sources: flash-attn 2.8 (flash_attn_interface.py, csrc/flash_attn/flash_api.cpp), and PyTorch's copy of it and of
the memory-efficient kernel (aten/src/ATen/native/transformers). Shapes: ``[B, S, H, D]`` for the former,
``[B, H, S, D]`` for the latter; ``lse`` is fp32 ``[B, H, S]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import torch
from transformers import masking_utils
from transformers import modeling_flash_attention_utils as flash_utils


def _round_up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple


def _like(t: torch.Tensor) -> torch.Tensor:
    return torch.empty(t.shape, dtype=t.dtype)


class FlashAttention2(torch.autograd.Function):
    """Saves q, k, v, out and lse; the backward's workspaces die when it returns."""

    @staticmethod
    def forward(ctx: Any, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        """Out ``[B, S, H, D]``; keeps q, k, v, out and lse."""
        batch, length, heads, _ = q.shape
        out = torch.empty((batch, length, heads, v.shape[-1]), dtype=q.dtype)
        lse = torch.empty((batch, heads, length), dtype=torch.float32)
        ctx.save_for_backward(q, k, v, out, lse)
        return out

    @staticmethod
    def backward(ctx: Any, d_out: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The gradients of q, k and v; the workspaces live together."""
        q, k, v, _, _ = ctx.saved_tensors
        batch, length, heads, dim = q.shape
        d_out = d_out.contiguous()
        dq, dk, dv = _like(q), _like(k), _like(v)
        rows, width = _round_up(length, 128), _round_up(dim, 32 if dim <= 128 else 64)
        softmax_d = torch.empty((batch, heads, rows), dtype=torch.float32)
        dq_accum = torch.empty((batch, rows, heads, width), dtype=torch.float32)
        if k.shape[2] != heads:
            dk_expanded = torch.empty((batch, k.shape[1], heads, dim), dtype=k.dtype)
            dv_expanded = torch.empty_like(dk_expanded)
            del dk_expanded, dv_expanded
        del softmax_d, dq_accum
        return dq, dk, dv


def flash_attn_func(  # noqa: PLR0913, PLR0917 - the original's signature
    q: torch.Tensor,
    k: torch.Tensor,
    v: torch.Tensor,
    dropout_p: float = 0.0,
    softmax_scale: float | None = None,
    causal: bool = False,
    window_size: tuple[int, int] = (-1, -1),
    softcap: float = 0.0,
    alibi_slopes: torch.Tensor | None = None,
    deterministic: bool = False,
    return_attn_probs: bool = False,
) -> torch.Tensor:
    """The signature of ``flash_attn.flash_attn_func``: transformers looks at it to see what is supported."""
    return FlashAttention2.apply(q, k, v)


def flash_attn_varlen_func(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, **kwargs: Any) -> torch.Tensor:
    """Sequences of several lengths in one, ``[T, H, D]``: the same buffers as for one sequence of T."""
    out: torch.Tensor = FlashAttention2.apply(q.unsqueeze(0), k.unsqueeze(0), v.unsqueeze(0))
    return out.squeeze(0)


class EfficientAttention(torch.autograd.Function):
    """The memory-efficient kernel, which a mask needs: the mask too is saved, in q's dtype, ``[B, H or 1, S, S]``."""

    @staticmethod
    def forward(ctx: Any, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """Out ``[B, H, S, D]``; keeps the mask too."""
        batch, heads, length, _ = q.shape
        # The kernel writes [B, S, H, D]; the result is its transpose.
        out = torch.empty((batch, length, heads, v.shape[-1]), dtype=q.dtype).transpose(1, 2)
        lse = torch.empty((batch, heads, _round_up(length, 32)), dtype=torch.float32)
        ctx.save_for_backward(q, k, v, out, lse, mask)
        return out

    @staticmethod
    def backward(ctx: Any, d_out: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """The gradients of q, k and v."""
        q, k, v, _, _, _ = ctx.saved_tensors
        grads = [torch.empty(t.transpose(1, 2).shape, dtype=t.dtype).transpose(1, 2) for t in (q, k, v)]
        delta = torch.empty(q.shape[:3], dtype=torch.float32)
        # fp32 sums of the half-precision gradients, where a block of rows does not hold a whole head.
        sums = [torch.empty(t.shape, dtype=torch.float32) for t in grads if t.shape[-1] > 64]
        del delta, sums
        return *grads, None


def scaled_dot_product_attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attn_mask: torch.Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> torch.Tensor:
    """PyTorch's choice on a GPU: flash without a mask and up to 256 values a head, else memory-efficient."""
    if torch.is_autocast_enabled("cpu"):
        query, key, value = (t.to(torch.get_autocast_dtype("cpu")) for t in (query, key, value))
    same = query.shape[-1] == value.shape[-1]  # sdp_utils.cpp, check_head_dim_size_flash
    if attn_mask is None and same and query.dtype != torch.float32 and query.shape[-1] <= 256:
        return FlashAttention2.apply(*(t.transpose(1, 2) for t in (query, key, value))).transpose(1, 2)
    if attn_mask is not None:
        if attn_mask.dtype == torch.bool:
            attn_mask = torch.zeros_like(attn_mask, dtype=query.dtype)
        attn_mask = attn_mask.to(query.dtype)
    return EfficientAttention.apply(query, key, value, attn_mask)


def always(value: Any) -> Callable[..., Any]:
    """A function with one answer. A mock would not do: it keeps its arguments, tensors too, alive."""
    return lambda *args, **kwargs: value


@contextmanager
def attention_kernels() -> Iterator[None]:
    """The stand-ins, where transformers looks for flash-attn and for PyTorch's function."""
    functions = (flash_attn_func, flash_attn_varlen_func, None, flash_utils._pad_input, flash_utils._unpad_input)
    with (
        mock.patch.object(flash_utils, "_lazy_imports", always(functions)),
        mock.patch.object(flash_utils, "_loaded_implementation", None),
        mock.patch("torch.nn.functional.scaled_dot_product_attention", scaled_dot_product_attention),
        # These look at values, which fake tensors lack. No batch here has padding or packed rows that a mask must
        # show, and the variable-length kernels use the same buffers.
        mock.patch.object(flash_utils, "_is_packed_sequence", always(False)),
        mock.patch.object(masking_utils, "find_packed_sequence_indices", always(None)),
        mock.patch.object(masking_utils, "is_tracing", always(False)),
    ):
        yield
