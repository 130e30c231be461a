"""Axolotl's fused LoRA functions (axolotl/kernels/lora.py, 0.19.0), buffer by buffer.

Each computes what the Triton kernels compute, in the same order and with the same temporaries. Shapes: the input
``x`` is ``[B, S, in]``, a weight ``[out, in]``, ``A`` is ``[r, in]`` and ``B`` ``[out, r]``, both fp32.
"""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from bitsandbytes.functional import QuantState
from torch import nn

from .quantized import dequantize_nf4

CASTS = {"device_type": "cpu"}


class Projection(NamedTuple):
    """What does not need a gradient of one adapted linear layer; ``A``, ``B`` and magnitude go beside it."""

    weight: torch.Tensor
    bias: torch.Tensor | None
    scale: float

    def dequantized(self) -> torch.Tensor:
        """The weight ``[out, in]``; a new bf16 tensor if it is quantized."""
        state = getattr(self.weight, "quant_state", None)
        return dequantize_nf4(self.weight, state) if isinstance(state, QuantState) else self.weight


def parameters_of(layer: nn.Module) -> tuple[Projection, list[torch.Tensor | None]]:
    """A PEFT layer's base weight and its trainable ``[A, B, magnitude]``."""
    base, name = layer.base_layer, layer.active_adapters[0]
    projection = Projection(base.weight, base.bias, layer.scaling[name])
    magnitudes = getattr(layer, "lora_magnitude_vector", {})
    magnitude = magnitudes[name].weight if name in magnitudes else None
    return projection, [layer.lora_A[name].weight, layer.lora_B[name].weight, magnitude]


def drop(layer: nn.Module, x: torch.Tensor) -> torch.Tensor | None:
    """The input with dropout, or None where there is none; several projections share the first one's mask."""
    dropout = layer.lora_dropout[layer.active_adapters[0]]
    return None if isinstance(dropout, nn.Identity) or not layer.training else dropout(x)


def matmul_lora(
    x: torch.Tensor, p: Projection, a: torch.Tensor | None, b: torch.Tensor | None, x_drop: torch.Tensor | None = None
) -> torch.Tensor:
    """``x W^T + s x_drop A^T B^T + bias``; the sums are in place."""
    out = torch.matmul(x, p.dequantized().t())
    if a is not None and b is not None:
        a, b = a.t().to(x.dtype), b.t().to(x.dtype)
        out.addmm_((x if x_drop is None else x_drop) @ a, b, alpha=p.scale)
    if p.bias is not None:
        out += p.bias
    return out


def dora_scale(
    p: Projection, a: torch.Tensor, b: torch.Tensor, magnitude: torch.Tensor, dtype: torch.dtype
) -> torch.Tensor:
    """magnitude / norm, ``[out]``, by the Triton kernel; the norm is kept on the magnitude until A or B change."""
    cache = getattr(magnitude, "_dora_cache", None)
    if cache is not None and cache[:2] == (a._version, b._version):
        return magnitude.to(dtype) / cache[2]
    full = p.dequantized().contiguous().to(dtype)
    out = torch.empty(full.shape[0], dtype=dtype)
    casts = b.contiguous().to(dtype), a.contiguous().to(dtype)
    del casts
    magnitude._dora_cache = (a._version, b._version, (magnitude.to(dtype) / out).detach())
    return out


def forward_one(
    x: torch.Tensor, x_drop: torch.Tensor | None, p: Projection, tensors: Sequence[torch.Tensor | None]
) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """One projection's output, and what DoRA keeps: ``[magnitude, scale, combined]``, then what only lives on."""
    a, b, magnitude = tensors
    if magnitude is None:
        return matmul_lora(x, p, a, b, x_drop), []
    base = matmul_lora(x, p._replace(bias=None), None, None)
    at, bt = a.t().to(x.dtype), b.t().to(x.dtype)
    lora = p.scale * (x if x_drop is None else x_drop) @ at @ bt
    scale = dora_scale(p, a, b, magnitude, x.dtype)
    combined = base + lora
    out = scale.unsqueeze(0) * combined
    if p.bias is not None:
        out = out + p.bias
    return out, [magnitude, scale, combined, base, lora]


def adapter_gradients(
    x_t: torch.Tensor, grad: torch.Tensor, a: torch.Tensor, b: torch.Tensor, scale: float
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """``grad B`` ``[T, r]``, and the gradients of A and B, as transposed views as the original returns them."""
    grad_b = grad @ b
    d_a, d_b = torch.empty_like(a.t()), torch.empty_like(b.t())
    d_a.addmm_(x_t, grad_b, alpha=scale, beta=0)
    d_b.addmm_(a @ x_t, grad, alpha=scale, beta=0)
    return grad_b, d_a.t(), d_b.t()


def through_dora(grad: torch.Tensor, kept: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor | None]:
    """The gradient before DoRA's scaling, and the magnitude's gradient ``[out]``."""
    if not kept:
        return grad, None
    magnitude, scale, combined = kept
    d_magnitude = (grad * combined).sum(dim=0) * scale / magnitude
    return grad * scale.unsqueeze(0), d_magnitude


class SharedInput(torch.autograd.Function):
    """LoRA_QKV, and LoRA_O (one projection): linear layers that read the same input."""

    @staticmethod
    @torch.amp.custom_fwd(**CASTS)
    def forward(
        ctx: Any, x: torch.Tensor, x_drop: torch.Tensor | None, projections: list[Projection], *flat: Any
    ) -> Any:
        """One output for each projection."""
        triples = [flat[i : i + 3] for i in range(0, len(flat), 3)]
        x2, drop2 = x.view(-1, x.shape[-1]), None if x_drop is None else x_drop.view(-1, x.shape[-1])
        results = [forward_one(x2, drop2, p, t) for p, t in zip(projections, triples, strict=True)]
        casts = [t.to(x.dtype) for triple in triples for t in triple[:2]]
        kept = [t for _, keep in results for t in keep[:3]]
        ctx.save_for_backward(x, x if x_drop is None else x_drop, *casts, *kept)
        ctx.projections, ctx.has_dropout = projections, x_drop is not None
        outs = tuple(out.view(*x.shape[:-1], -1) for out, _ in results)
        return outs if len(outs) > 1 else outs[0]

    @staticmethod
    @torch.amp.custom_bwd(**CASTS)
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[Any, ...]:
        """Gradients of the input, the dropped input, and each A, B and magnitude."""
        x, x_lora, *saved = ctx.saved_tensors
        projections, n = ctx.projections, len(ctx.projections)
        casts, kept = saved[: 2 * n], saved[2 * n :]
        shape, x_lora = x.shape, x_lora.reshape(-1, x.shape[-1])
        flat = [g.reshape(-1, g.shape[-1]) for g in grads]
        scaled = [through_dora(g, kept[3 * i : 3 * i + 3]) for i, g in enumerate(flat)]
        flat = [g for g, _ in scaled]
        x_t = x_lora.t()
        parts = [
            adapter_gradients(x_t, g, casts[2 * i], casts[2 * i + 1], p.scale)
            for i, (g, p) in enumerate(zip(flat, projections, strict=True))
        ]
        d_x = torch.mm(flat[0], projections[0].dequantized())
        for g, p in zip(flat[1:], projections[1:], strict=True):
            d_x.addmm_(g, p.dequantized())
        d_drop = None
        if ctx.has_dropout and n == 1:
            d_drop = (parts[0][0] @ casts[0] * projections[0].scale).view(shape)
        else:
            target = torch.zeros_like(x_lora) if ctx.has_dropout else d_x
            for i, (grad_b, _, _) in enumerate(parts):
                target.addmm_(grad_b, casts[2 * i], alpha=projections[i].scale)
            d_drop = target.view(shape) if ctx.has_dropout else None
        out = [t for (_, d_a, d_b), (_, d_m) in zip(parts, scaled, strict=True) for t in (d_a, d_b, d_m)]
        return d_x.view(shape), d_drop, None, *out


class Mlp(torch.autograd.Function):
    """LoRA_MLP: gate, up, the gated activation and down. The activation's backward reuses its inputs' buffers."""

    @staticmethod
    @torch.amp.custom_fwd(**CASTS)
    def forward(
        ctx: Any, x: torch.Tensor, x_drop: torch.Tensor | None, projections: list[Projection], *flat: Any
    ) -> Any:
        """The block's output, ``[B, S, h]``."""
        triples = [flat[i : i + 3] for i in range(0, len(flat), 3)]
        x2, drop2 = x.view(-1, x.shape[-1]), None if x_drop is None else x_drop.view(-1, x.shape[-1])
        gate, gate_kept = forward_one(x2, drop2, projections[0], triples[0])
        up, up_kept = forward_one(x2, drop2, projections[1], triples[1])
        hidden = torch.empty_like(gate)
        out, down_kept = forward_one(hidden, None, projections[2], triples[2])
        casts = [t.to(x.dtype) for triple in triples for t in triple[:2]]
        kept = [t for keep in (gate_kept, up_kept, down_kept) for t in keep[:3]]
        ctx.save_for_backward(x, x if x_drop is None else x_drop, gate, up, *casts, *kept)
        ctx.projections, ctx.has_dropout = projections, x_drop is not None
        return out.view(*x.shape[:-1], -1)

    @staticmethod
    @torch.amp.custom_bwd(**CASTS)
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[Any, ...]:
        """As ``SharedInput``'s."""
        x, x_lora, gate, up, *saved = ctx.saved_tensors
        (gate_a, gate_b, up_a, up_b, down_a, down_b), kept = saved[:6], saved[6:]
        gate_p, up_p, down_p = ctx.projections
        shape, grad, x_lora = x.shape, grad.view(-1, grad.shape[-1]), x_lora.view(-1, x.shape[-1])
        grad, d_down_m = through_dora(grad, kept[6:9])
        hidden = torch.matmul(grad, down_p.dequantized())
        hidden.addmm_(grad @ down_b, down_a, alpha=down_p.scale)
        # The kernel writes the hidden states, and the gradients of gate and up, over its three inputs.
        grad_gate, d_gate_m = through_dora(gate, kept[0:3])
        grad_up, d_up_m = through_dora(up, kept[3:6])
        _, d_down_a, d_down_b = adapter_gradients(hidden.t(), grad, down_a, down_b, down_p.scale)
        up_g, d_up_a, d_up_b = adapter_gradients(x_lora.t(), grad_up, up_a, up_b, up_p.scale)
        gate_g, d_gate_a, d_gate_b = adapter_gradients(x_lora.t(), grad_gate, gate_a, gate_b, gate_p.scale)
        d_x = torch.matmul(grad_up, up_p.dequantized())
        d_x.addmm_(grad_gate, gate_p.dequantized())
        target = torch.zeros_like(x_lora) if ctx.has_dropout else d_x
        target.addmm_(up_g, up_a, alpha=up_p.scale)
        target.addmm_(gate_g, gate_a, alpha=gate_p.scale)
        d_drop = target.view(shape) if ctx.has_dropout else None
        triples = (d_gate_a, d_gate_b, d_gate_m, d_up_a, d_up_b, d_up_m, d_down_a, d_down_b, d_down_m)
        return d_x.view(shape), d_drop, None, *triples


def _apply(function: Any, layers: Sequence[nn.Module], x: torch.Tensor) -> Any:
    x_drop = drop(layers[0], x)
    pairs = [parameters_of(layer) for layer in layers]
    return function.apply(x, x_drop, [p for p, _ in pairs], *(t for _, tensors in pairs for t in tensors))


TEXT = ".language_model."


def _fuse_qkv(attention: nn.Module) -> None:
    """q_proj computes all three; k_proj and v_proj hand out what it left, as Axolotl's rewritten forward does."""
    layers = [attention.q_proj, attention.k_proj, attention.v_proj]
    waiting: list[torch.Tensor] = []

    def query(self: nn.Module, x: torch.Tensor) -> torch.Tensor:
        q, k, v = _apply(SharedInput, layers, x)
        waiting[:] = [v, k]
        return q

    layers[0].forward = types.MethodType(query, layers[0])
    for layer in layers[1:]:
        layer.forward = types.MethodType(lambda self, x: waiting.pop(), layer)


def install_lora_kernels(model: nn.Module, mlp: bool, qkv: bool, o: bool) -> None:
    """Replace the forwards that Axolotl replaces; a module without all its adapters stays as it is. Of feed-forwards
    a layer's own `mlp`, not an expert that is shared (axolotl 0.21 monkeypatch/lora_kernels.py, `find_mlp_in_layer`);
    of a model with images its text's layers alone (`get_layers`).
    """

    def adapted(module: nn.Module, *names: str) -> bool:
        return all(hasattr(getattr(module, name, None), "lora_A") for name in names)

    modules = list(model.named_modules())
    texts = [one for one in modules if TEXT in f".{one[0]}."]
    for name, module in texts or modules:
        if qkv and adapted(module, "q_proj", "k_proj", "v_proj"):
            _fuse_qkv(module)
        if o and adapted(module, "q_proj", "o_proj"):
            layer = module.o_proj
            layer.forward = types.MethodType(lambda self, x: _apply(SharedInput, [self], x), layer)
        if mlp and name.endswith(".mlp") and adapted(module, "gate_proj", "up_proj", "down_proj"):
            layers = [module.gate_proj, module.up_proj, module.down_proj]
            module.forward = types.MethodType(lambda self, x, layers=layers: _apply(Mlp, layers, x), module)
