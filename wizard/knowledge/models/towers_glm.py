"""GLM's vision tower: modeling_glm4v.py."""

from __future__ import annotations

from wizard.knowledge.models.config_reader import Reader
from wizard.knowledge.models.parts import Part, linear, norm, other
from wizard.knowledge.models.towers_qwen import patches

_ROOT = "model.visual."


def vision(_: Reader, block: Reader, hidden: int) -> list[tuple[str, int, list[Part]]]:
    """GLM-4V: blocks as wide inside as the text, a convolution that merges patches, a gated merger."""
    width, out = block.size("hidden_size"), block.size("out_hidden_size", default=hidden)
    wide, merge = block.size("intermediate_size"), block.size("spatial_merge_size")
    positions = (block.size("image_size") // block.size("patch_size")) ** 2
    top = [other("embeddings.position_embedding", positions, width), patches(block, width)]
    top += [("patch_embed.proj", "bias", (width,)), other("downsample", out, width, merge, merge)]
    top += [("downsample", "bias", (out,)), *linear("merger.proj", out, out)]
    top += norm("merger.post_projection_norm", out, True)
    top += linear("merger.gate_proj", wide, out) + linear("merger.up_proj", wide, out)
    top += linear("merger.down_proj", out, wide)
    top += norm("post_conv_layernorm", width) + norm("post_layernorm", width)
    layer = norm("norm1", width) + norm("norm2", width)
    layer += linear("attn.qkv", 3 * width, width, block.told("attention_bias"))
    layer += linear("attn.proj", width, width)
    layer += linear("mlp.gate_proj", out, width) + linear("mlp.up_proj", out, width)
    layer += linear("mlp.down_proj", width, out)
    return [(_ROOT, 1, top), (f"{_ROOT}blocks.*.", block.size("depth"), layer)]
