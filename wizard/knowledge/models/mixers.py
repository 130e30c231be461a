"""Mixers that are not softmax attention: delta-nets, Mamba, short convolutions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wizard.domain.model import Mixer
from wizard.knowledge.models.decoder import Decoder
from wizard.knowledge.models.parts import Part, linear, norm, other


@dataclass(frozen=True, slots=True)
class Mixed:
    """A mixer's parameters, named from its module, and what Block says of it."""

    kind: Mixer
    parts: list[Part]
    width: int
    key_width: int = 0
    heads: int = 0
    key_heads: int = 0
    rank: int = 0
    chunk: int = 0
    kernel: int = 0
    gated_norm: bool = False


def _delta(decoder: Decoder, fused: bool) -> Mixed:
    """A gated delta-net: conv1d over queries, keys and values, gates a and b, an output gate z.

    modeling_qwen3_next.py has two fused projections, modeling_qwen3_5.py four.
    """
    hidden, heads = decoder.hidden, decoder.size("linear_num_value_heads")
    value_dim = decoder.size("linear_value_head_dim")
    value = heads * value_dim
    key_heads = decoder.size("linear_num_key_heads")
    key = key_heads * decoder.size("linear_key_head_dim")
    parts = [other("dt_bias", heads), other("A_log", heads)]
    parts.append(other("conv1d", 2 * key + value, 1, decoder.size("linear_conv_kernel_dim")))
    if fused:
        parts += linear("in_proj_qkvz", 2 * key + 2 * value, hidden) + linear("in_proj_ba", 2 * heads, hidden)
    else:
        parts += linear("in_proj_qkv", 2 * key + value, hidden) + linear("in_proj_z", value, hidden)
        parts += linear("in_proj_b", heads, hidden) + linear("in_proj_a", heads, hidden)
    parts += norm("norm", value_dim) + linear("out_proj", hidden, value)
    return Mixed("linear", parts, value, key, heads, key_heads)


def _mamba(decoder: Decoder) -> Mixed:
    """Mamba, the first: modeling_jamba.py, whose time step, B and C each have a norm."""
    hidden, key = decoder.hidden, decoder.key
    inner = decoder.size(key("expand")) * hidden
    state, kernel = decoder.size(key("state")), decoder.size(key("kernel"))
    automatic = decoder.find(key("rank")) in (None, "auto")
    rank = -(-hidden // 16) if automatic else decoder.size(key("rank"))
    bias = decoder.told(key("bias"))
    parts = [other("A_log", inner, state), other("D", inner), other("conv1d", inner, 1, kernel)]
    if decoder.told(key("conv_bias")):
        parts.append(("conv1d", "bias", (inner,)))
    parts += linear("in_proj", 2 * inner, hidden, bias) + linear("x_proj", rank + 2 * state, inner)
    parts += linear("dt_proj", inner, rank, True) + linear("out_proj", hidden, inner, bias)
    parts += norm("dt_layernorm", rank) + norm("b_layernorm", state) + norm("c_layernorm", state)
    return Mixed("mamba", parts, inner, state, rank=rank, kernel=kernel)


def _mamba2(decoder: Decoder) -> Mixed:
    """Mamba-2: heads with one decay each; a gated norm before the output projection.

    modeling_granitemoehybrid.py, modeling_falcon_h1.py (the norm is a choice), modeling_nemotron_h.py.
    """
    hidden, key = decoder.hidden, decoder.key
    heads = decoder.size(key("heads"))
    inner = _inner(decoder, heads)
    groups, kernel = decoder.size(key("groups")), decoder.size(key("kernel"))
    state = groups * decoder.size(key("state"))
    conv = inner + 2 * state
    parts = [other(name, heads) for name in ("dt_bias", "A_log", "D")]
    parts.append(other("conv1d", conv, 1, kernel))
    if decoder.told(key("conv_bias")):
        parts.append(("conv1d", "bias", (conv,)))
    parts += linear("in_proj", inner + conv + heads, hidden, decoder.told(key("in_bias")))
    parts += linear("out_proj", hidden, inner, decoder.told(key("out_bias")))
    normed = not key("norm_if") or decoder.told(key("norm_if"))
    if normed:
        parts += norm("norm", inner)
    chunk = decoder.size(key("chunk"))
    return Mixed("mamba", parts, inner, state, heads, groups, chunk=chunk, kernel=kernel, gated_norm=normed)


def _inner(decoder: Decoder, heads: int) -> int:
    """Mamba-2's inner width: said outright, heads x head_dim, or so many times the hidden size."""
    key = decoder.key
    if key("head_dim"):
        return heads * decoder.size(key("head_dim"))
    said = decoder.count(key("inner"))
    return said or decoder.size(key("expand")) * decoder.hidden


def _conv(decoder: Decoder) -> Mixed:
    """A short convolution between two gates: modeling_lfm2.py."""
    hidden, bias = decoder.hidden, decoder.told(decoder.key("bias"))
    parts = [other("conv", hidden, 1, decoder.size(decoder.key("kernel")))]
    if bias:
        parts.append(("conv", "bias", (hidden,)))
    parts += linear("in_proj", 3 * hidden, hidden, bias) + linear("out_proj", hidden, hidden, bias)
    return Mixed("conv", parts, hidden)


MIXERS: dict[str, Callable[[Decoder], Mixed]] = {
    "delta": lambda decoder: _delta(decoder, fused=True),
    "delta_split": lambda decoder: _delta(decoder, fused=False),
    "mamba": _mamba,
    "mamba2": _mamba2,
    "conv": _conv,
}
"""The builders by the name that a family's `mixer` gives."""
