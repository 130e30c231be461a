"""Qwen's vision towers: modeling_qwen2_vl.py, modeling_qwen2_5_vl.py, modeling_qwen3_vl.py (Qwen3.5's too)."""

from __future__ import annotations

from wizard.knowledge.models.config_reader import Reader
from wizard.knowledge.models.parts import Part, linear, norm, other

_ROOT = "model.visual."


def patches(vision: Reader, width: int) -> Part:
    """A convolution over patches in space and time: (width, channels, frames, patch, patch)."""
    size = vision.size("patch_size")
    channels = vision.size("in_channels|in_chans", default=3)
    return other("patch_embed.proj", width, channels, vision.size("temporal_patch_size"), size, size)


def _attention(width: int) -> list[Part]:
    return linear("attn.qkv", 3 * width, width, True) + linear("attn.proj", width, width, True)


def _merger(inside: int, out: int) -> list[Part]:
    return linear("merger.mlp.0", inside, inside, True) + linear("merger.mlp.2", out, inside, True)


def qwen2(_: Reader, vision: Reader, hidden: int) -> list[tuple[str, int, list[Part]]]:
    """Qwen2-VL: LayerNorms and a plain feed-forward; `hidden_size` is the width that goes out."""
    width = vision.size("embed_dim")
    inside = width * vision.size("spatial_merge_size") ** 2
    wide = width * vision.size("mlp_ratio")
    top = [patches(vision, width), *norm("merger.ln_q", width, True)]
    top += _merger(inside, vision.size("hidden_size", default=hidden))
    block = norm("norm1", width, True) + norm("norm2", width, True) + _attention(width)
    block += linear("mlp.fc1", wide, width, True) + linear("mlp.fc2", width, wide, True)
    return [(_ROOT, 1, top), (f"{_ROOT}blocks.*.", vision.size("depth"), block)]


def qwen2_5(_: Reader, vision: Reader, hidden: int) -> list[tuple[str, int, list[Part]]]:
    """Qwen2.5-VL: RMSNorms and a gated feed-forward with biases."""
    width, wide = vision.size("hidden_size"), vision.size("intermediate_size")
    inside = width * vision.size("spatial_merge_size") ** 2
    top = [patches(vision, width), *norm("merger.ln_q", width)]
    top += _merger(inside, vision.size("out_hidden_size", default=hidden))
    block = norm("norm1", width) + norm("norm2", width) + _attention(width)
    for name in ("gate_proj", "up_proj"):
        block += linear(f"mlp.{name}", wide, width, True)
    block += linear("mlp.down_proj", width, wide, True)
    return [(_ROOT, 1, top), (f"{_ROOT}blocks.*.", vision.size("depth"), block)]


def qwen3(_: Reader, vision: Reader, hidden: int) -> list[tuple[str, int, list[Part]]]:
    """Qwen3-VL and Qwen3.5: trained positions, and a merger for each layer that feeds the text decoder."""
    width, wide = vision.size("hidden_size"), vision.size("intermediate_size")
    inside = width * vision.size("spatial_merge_size") ** 2
    out = vision.size("out_hidden_size", default=hidden)
    top = [patches(vision, width), ("patch_embed.proj", "bias", (width,))]
    top.append(other("pos_embed", vision.size("num_position_embeddings"), width))
    ends = linear("linear_fc1", inside, inside, True) + linear("linear_fc2", out, inside, True)
    block = norm("norm1", width, True) + norm("norm2", width, True) + _attention(width)
    block += linear("mlp.linear_fc1", wide, width, True) + linear("mlp.linear_fc2", width, wide, True)
    deep = len(vision.items("deepstack_visual_indexes"))
    groups = [
        (_ROOT, 1, top),
        (f"{_ROOT}merger.", 1, norm("norm", width, True) + ends),
        (f"{_ROOT}blocks.*.", vision.size("depth"), block),
    ]
    if deep:
        groups.append((f"{_ROOT}deepstack_merger_list.*.", deep, norm("norm", inside, True) + ends))
    return groups
