"""The buffers of mamba-ssm's selective scan (Mamba 1).

Source: state-spaces/mamba 2.3.2.post1, mamba_ssm/ops/selective_scan_interface.py (``SelectiveScanFn``) and
csrc/selective_scan/selective_scan.cpp. Shapes: u, delta and z ``[B, D, T]``, B and C ``[B, N, T]``.
"""

from __future__ import annotations

from typing import Any

import torch

CHUNK = 2048


class SelectiveScan(torch.autograd.Function):
    """Saves all its inputs, the states after each chunk, and what it gives before the gate."""

    @staticmethod
    def forward(ctx: Any, u: torch.Tensor, delta: torch.Tensor, *given: Any) -> torch.Tensor:
        """The gated output."""
        a, b, c, d, z, bias = given
        u, delta, b, c, z = (one if one.stride(-1) == 1 else one.contiguous() for one in (u, delta, b, c, z))
        gated = torch.empty_like(z)
        out = torch.empty_like(delta)
        chunks = -(-u.shape[-1] // CHUNK)
        states = torch.empty((*u.shape[:2], chunks, 2 * a.shape[-1]), dtype=a.dtype)
        ctx.save_for_backward(u, delta, a, b, c, d, z, bias, states, out)
        return gated

    @staticmethod
    def backward(ctx: Any, d_out: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The gradients of all inputs."""
        u, delta, a, b, c, d, z, bias, _, _ = ctx.saved_tensors
        d_out = d_out if d_out.stride(-1) == 1 else d_out.contiguous()
        d_z = torch.empty_like(z)
        d_u, d_delta, d_a = torch.empty_like(u), torch.empty_like(delta), torch.zeros_like(a)
        d_b, d_c = (torch.zeros_like(one, dtype=torch.float32) for one in (b, c))
        small = torch.zeros_like(d), torch.zeros_like(bias)
        return d_u, d_delta, d_a, d_b.to(b.dtype), d_c.to(c.dtype), small[0], d_z, small[1]


def selective_scan_fn(
    u: torch.Tensor, delta: torch.Tensor, a: torch.Tensor, b: torch.Tensor, c: torch.Tensor, **kwargs: Any
) -> torch.Tensor:
    """In the place of transformers' own loop over the tokens."""
    return SelectiveScan.apply(u, delta, a, b, c, kwargs["D"], kwargs["z"], kwargs["delta_bias"])
