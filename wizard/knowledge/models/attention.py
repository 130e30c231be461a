"""Softmax attention: its projections, biases and norms. Forms: modeling_*.py of transformers 5.14.1."""

from __future__ import annotations

from wizard.knowledge.models.decoder import Decoder
from wizard.knowledge.models.layers import Layer
from wizard.knowledge.models.parts import Part, linear, norm, other


def head_sizes(decoder: Decoder, layer: Layer) -> tuple[int, int]:
    """Heads of keys and values, and the width of a head, in a layer of this kind."""
    if not layer.full:
        return decoder.kv_heads, decoder.head_dim
    dim = decoder.size("global_head_dim", default=decoder.head_dim)
    if not decoder.told("attention_k_eq_v"):
        return decoder.kv_heads, dim
    return decoder.size("num_global_key_value_heads", default=decoder.kv_heads), dim


def attention(decoder: Decoder, layer: Layer) -> list[Part]:
    """q, k and v (out: heads x head_dim), the output projection, norms of queries and keys, sinks."""
    form, hidden = decoder.form, decoder.hidden
    kv_heads, dim = head_sizes(decoder, layer)
    q, kv = decoder.heads * dim, kv_heads * dim
    bias = decoder.told(form.qkv_bias)
    if form.fused_qkv:
        found = linear(form.fused_qkv, q + 2 * kv, hidden, bias)
    else:
        found = linear("q_proj", 2 * q if form.query_gate == "double" else q, hidden, bias)
        if not layer.borrows:
            found += linear("k_proj", kv, hidden, bias)
            if not (layer.full and decoder.told("attention_k_eq_v")):
                found += linear("v_proj", kv, hidden, bias)
    found += linear(form.out, hidden, q, decoder.told(form.o_bias))
    if form.query_gate not in ("", "double"):
        found += linear(form.query_gate, q, hidden)
    found += _qk_norms(decoder, layer, kv_heads, dim)
    if form.sinks:
        found.append(other("sinks", decoder.heads))
    return found


def has_qk_norm(decoder: Decoder) -> bool:
    """Whether queries and keys are normalized, with or without a weight."""
    form = decoder.form
    return bool(form.qk_norm) and (not form.qk_norm_if or decoder.told(form.qk_norm_if))


def _qk_norms(decoder: Decoder, layer: Layer, kv_heads: int, dim: int) -> list[Part]:
    form = decoder.form
    if not has_qk_norm(decoder) or form.qk_norm == "bare":
        return []
    found: list[Part] = []
    for name, heads in zip(form.qk_norm_names, (decoder.heads, kv_heads), strict=True):
        if name == form.qk_norm_names[1] and layer.borrows:
            continue
        shapes = {"head": (dim,), "heads": (heads, dim), "full": (heads * dim,)}
        found.append((name, "norm", shapes[form.qk_norm]))
        if form.norm_bias:
            found.append((name, "bias", shapes[form.qk_norm]))
    return found


def latent(decoder: Decoder) -> list[Part]:
    """Multi-head latent attention: queries perhaps, keys and values always, out of a narrow latent.

    modeling_deepseek_v2.py, modeling_glm4_moe_lite.py.
    """
    hidden, heads = decoder.hidden, decoder.heads
    query_rank, rank = decoder.count("q_lora_rank"), decoder.size("kv_lora_rank")
    rope, value = decoder.size("qk_rope_head_dim"), decoder.size("v_head_dim")
    plain = decoder.size("qk_nope_head_dim")
    bias = decoder.told(decoder.form.qkv_bias)
    if query_rank:
        found = linear("q_a_proj", query_rank, hidden, bias) + norm("q_a_layernorm", query_rank)
        found += linear("q_b_proj", heads * (plain + rope), query_rank)
    else:
        found = linear("q_proj", heads * (plain + rope), hidden)
    found += linear("kv_a_proj_with_mqa", rank + rope, hidden, bias) + norm("kv_a_layernorm", rank)
    found += linear("kv_b_proj", heads * (plain + value), rank)
    return found + linear("o_proj", hidden, heads * value, decoder.told(decoder.form.o_bias))


def cross(decoder: Decoder) -> list[Part]:
    """Attention to an image in place of the text, with gates of one element: modeling_mllama.py.

    Named from the layer, for the gates stand in the layer itself.
    """
    q, kv = decoder.heads * decoder.head_dim, decoder.kv_heads * decoder.head_dim
    found = linear("cross_attn.q_proj", q, decoder.hidden)
    for name in ("k_proj", "v_proj"):
        found += linear(f"cross_attn.{name}", kv, decoder.hidden)
    found += linear("cross_attn.o_proj", decoder.hidden, q)
    found += norm("cross_attn.q_norm", decoder.head_dim) + norm("cross_attn.k_norm", decoder.head_dim)
    return [*found, other("cross_attn_attn_gate", 1), other("cross_attn_mlp_gate", 1)]
