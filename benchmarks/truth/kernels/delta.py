"""The buffers of flash-linear-attention's gated delta rule, which Axolotl requires (but on aarch64).

Source: fla-core 0.5.2 ops/gated_delta_rule/chunk.py and wy_fast.py, ops/common/chunk_delta_h.py and chunk_o.py,
modules/l2norm.py. Shapes: q and k ``[B, T, H, K]``, v ``[B, T, H, V]``, g (fp32) and beta ``[B, T, H]``.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import torch

CHUNK = 64
MODELS = ("qwen3_next", "qwen3_5", "qwen3_5_moe", "olmo_hybrid")


def _like(t: torch.Tensor) -> torch.Tensor:
    return torch.empty(t.shape, dtype=t.dtype)


def _states(k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """One state for each chunk and head, in the keys' dtype."""
    batch, length, heads, width = k.shape
    return torch.empty((batch, -(-length // CHUNK), heads, width, v.shape[-1]), dtype=k.dtype)


def _normalized(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """``l2norm_fwd``: the result and one fp32 number for each head."""
    return _like(x), torch.empty(x.shape[:-1], dtype=torch.float32)


class ChunkGatedDeltaRule(torch.autograd.Function):
    """Saves normalized q and k, v, the summed decay, beta and one ``CHUNK`` wide row a head; the rest is made anew."""

    @staticmethod
    def forward(
        ctx: Any, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, g: torch.Tensor, beta: torch.Tensor
    ) -> torch.Tensor:
        """Out, like v."""
        q, k, v, g, beta = (one.contiguous() for one in (q, k, v, g, beta))  # input_guard
        q, q_rstd = _normalized(q)
        k, k_rstd = _normalized(k)
        summed = torch.empty(g.shape, dtype=torch.float32)
        inverse = torch.empty((*k.shape[:-1], CHUNK), dtype=k.dtype)
        w, u = _like(k), _like(v)
        h, v_new = _states(k, v), _like(u)
        out = _like(v)
        del w, u, h, v_new
        ctx.save_for_backward(q, q_rstd, k, k_rstd, v, summed, beta, inverse)
        ctx.g = g.dtype
        return out

    @staticmethod
    def backward(ctx: Any, d_out: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The gradients of q, k, v, g and beta."""
        q, _, k, _, v, summed, beta, _ = ctx.saved_tensors
        d_out = d_out.contiguous()
        dq, dk, dv, dg, db = _parts(q, k, v, summed, beta, d_out)
        dq = _like(dq)  # l2norm_bwd
        dk = _like(dk)
        return dq, dk, dv, dg.to(ctx.g), db


def _parts(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, g: torch.Tensor, beta: torch.Tensor, d_out: torch.Tensor
) -> tuple[torch.Tensor, ...]:
    """``chunk_gated_delta_rule_bwd``: its locals live until it returns."""
    w, u = _like(k), _like(v)
    h, v_new = _states(k, v), _like(u)
    dv = _like(d_out)
    dh, dv = _states(k, v), _like(dv)
    dq, dk, dg, dw = _like(q), _like(k), torch.empty((2, *g.shape), dtype=torch.float32), _like(w)
    dg = dg.sum(0)
    dk2, dv, dg2, db = _like(k), _like(v), _like(g), _like(beta)
    dg = _like(dg)
    del w, u, h, v_new, dh, dw, dk2, dg2
    return dq, dk, dv, dg, db


def chunk_gated_delta_rule(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    g: torch.Tensor,
    beta: torch.Tensor,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """In the place of ``torch_chunk_gated_delta_rule``."""
    return ChunkGatedDeltaRule.apply(query, key, value, g, beta), None


@contextmanager
def delta_kernels() -> Iterator[None]:
    """The stand-in for every model of this transformers that has delta-nets, while the context is open."""
    with ExitStack() as stack:
        for name in MODELS:
            try:
                module = importlib.import_module(f"transformers.models.{name}.modeling_{name}")
            except ImportError:
                continue  # transformers is older than the model
            stack.enter_context(mock.patch.object(module, "torch_chunk_gated_delta_rule", chunk_gated_delta_rule))
        yield
