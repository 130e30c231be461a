"""The buffers of mamba-ssm's scan over chunks (Mamba 2), forward and backward.

Source: state-spaces/mamba 2.3.2.post1, mamba_ssm/ops/triton: ssd_combined.py, ssd_chunk_state.py,
ssd_state_passing.py, ssd_bmm.py, ssd_chunk_scan.py. Shapes: x ``[B, T, H, P]``, dt ``[B, T, H]``, B and C
``[B, T, G, N]``. Not in deterministic mode.
"""

from __future__ import annotations

import torch

PROCESSORS = 132
"""Of an H100: in how many parts some sums over heads are made depends on it."""
FP32 = torch.float32


def _parts(batch: int, chunks: int, heads: int, groups: int) -> int:
    """``nsplits``."""
    ratio = heads // groups
    each = max(min(-(-batch * chunks * heads // PROCESSORS), ratio), 1)
    return -(-ratio // each)


class Shapes:
    """What the buffers are made of."""

    def __init__(self, x: torch.Tensor, b: torch.Tensor, chunk: int) -> None:
        self.batch, self.length, self.heads, self.wide = x.shape
        self.groups, self.state = b.shape[2:]
        self.chunk, self.chunks = chunk, -(-self.length // chunk)
        self.half = x.dtype
        self.parts = _parts(self.batch, self.chunks, self.heads, self.groups)

    def steps(self) -> torch.Tensor:
        """One fp32 number a head and token: dt, its sum, or a gradient of those."""
        return torch.empty((self.batch, self.heads, self.chunks, self.chunk), dtype=FP32)

    def states(self, dtype: torch.dtype = FP32) -> torch.Tensor:
        """One state for each chunk and head."""
        return torch.empty((self.batch, self.chunks, self.heads, self.wide, self.state), dtype=dtype)

    def final(self) -> torch.Tensor:
        """The state after the last chunk."""
        return torch.empty((self.batch, self.heads, self.wide, self.state), dtype=FP32)

    def products(self, *parts: int) -> torch.Tensor:
        """``C @ B`` of each chunk and group."""
        return torch.empty((self.batch, self.chunks, *parts, self.groups, self.chunk, self.chunk), dtype=FP32)

    def of_group(self) -> torch.Tensor:
        """The gradient of B or C, in parts that are summed."""
        shape = (self.batch, self.length, self.parts, self.groups, self.state)
        return torch.empty(shape, dtype=FP32).sum(2)

    def inner(self) -> torch.Tensor:
        """The inner stream."""
        return torch.empty((self.batch, self.length, self.heads, self.wide), dtype=self.half)


def scan_forward(
    x: torch.Tensor, b: torch.Tensor, chunk: int, *, gated: bool
) -> tuple[torch.Tensor, torch.Tensor | None, tuple[torch.Tensor, ...]]:
    """``_mamba_chunk_scan_combined_fwd``: out, what it was before the gate, and what its caller holds beside."""
    shapes = Shapes(x, b, chunk)
    summed, dt = shapes.steps(), shapes.steps()
    states = shapes.states()
    states, final = shapes.states(shapes.half), shapes.final()
    products = shapes.products()
    out = shapes.inner()
    before = shapes.inner() if gated else None
    del products
    return out, before, (dt, summed, states, final)


def scan_backward(
    given: tuple[torch.Tensor, ...], chunk: int, into: tuple[torch.Tensor | None, ...], *, gated: bool
) -> tuple[torch.Tensor | None, ...]:
    """``_mamba_chunk_scan_combined_bwd`` of x, dt, B and C: the gradients of x, dt, A, B, C, D and dt_bias, and the
    gated output. ``into``: where those of x, dt, B and C go; None where they are made.
    """
    x, dt, b, c = given
    shapes = Shapes(x, b, chunk)
    d_b = torch.empty_like(b) if into[2] is None else into[2]
    d_c = torch.empty_like(c) if into[3] is None else into[3]
    d_dt = torch.empty_like(dt) if into[1] is None else into[1]
    dt_in = dt.clone()
    summed, steps = shapes.steps(), shapes.steps()
    products = shapes.products()
    states = shapes.states()
    states, last = shapes.states(), shapes.final()
    out_z = d_out = None
    if gated:
        blocks = torch.empty((-(-chunk // 32), shapes.batch, shapes.chunks, shapes.heads, 1), dtype=FP32)
        out_z, d_out = torch.empty_like(x), torch.empty_like(x)
        d_skip = blocks.sum((0, 1, 2, 4))
        del blocks
    d_states = shapes.states()
    d_states, d_chunks, states = _pass_back(shapes)
    skips = torch.zeros((-(-chunk // 32), shapes.batch, shapes.chunks, shapes.heads, 1), dtype=FP32)
    d_x = torch.empty_like(x) if into[0] is None else into[0]
    dd_t = shapes.steps()
    skips = skips.sum((0, 1, 2, 4))
    d_a_next = shapes.steps()
    grad_b = shapes.of_group()
    d_a_before = shapes.steps()
    grad_c = shapes.of_group()
    d_products = shapes.products(shapes.parts).sum(2)
    d_before = d_a_before.flip([-1]).cumsum(dim=-1).flip([-1])
    d_a = torch.empty((*steps.shape[:3], -(-chunk // 32), chunk), dtype=FP32).sum(3)
    d_a += d_a_next + d_before
    small = torch.empty((shapes.heads,), dtype=FP32)
    d_skip = d_skip if gated else skips
    del summed, last, d_out, d_chunks, dd_t, grad_b, grad_c, d_products, dt_in, products, d_states, states
    return d_x, d_dt, small, d_b, d_c, d_skip, torch.empty_like(small), out_z


def _pass_back(shapes: Shapes) -> tuple[torch.Tensor, ...]:
    """``_state_passing_bwd``."""
    d_states, converted = shapes.states(shapes.half), shapes.states(shapes.half)
    blocks = -(-shapes.wide * shapes.state // 64)
    parts = torch.empty((shapes.batch, shapes.heads, shapes.chunks, blocks), dtype=FP32)
    return d_states, parts.sum(-1), converted
