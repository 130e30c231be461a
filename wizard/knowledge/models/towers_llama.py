"""Llama's vision towers: modeling_llama4.py, modeling_mllama.py."""

from __future__ import annotations

from wizard.knowledge.models.config_reader import Reader
from wizard.knowledge.models.parts import Part, linear, norm, other


def _places(vision: Reader) -> int:
    """Patches of an image and one class token."""
    return (vision.size("image_size") // vision.size("patch_size")) ** 2 + 1


def _layer(width: int, wide: int, bias: bool) -> list[Part]:
    """One encoder layer; `bias`: also in the attention."""
    found = norm("input_layernorm", width, True) + norm("post_attention_layernorm", width, True)
    for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
        found += linear(f"self_attn.{name}", width, width, bias)
    return found + linear("mlp.fc1", wide, width, True) + linear("mlp.fc2", width, wide, True)


def llama4(_: Reader, vision: Reader, hidden: int) -> list[tuple[str, int, list[Part]]]:
    """Llama 4: patches unfolded into a linear layer; pixel shuffle, an adapter and a projector at the end."""
    width, wide = vision.size("hidden_size"), vision.size("intermediate_size")
    patch = vision.size("num_channels", default=3) * vision.size("patch_size") ** 2
    out, between = vision.size("projector_output_dim"), vision.size("projector_input_dim")
    top = [other("class_embedding", width), other("positional_embedding_vlm", _places(vision), width)]
    top += linear("patch_embedding.linear", width, patch)
    top += norm("layernorm_pre", width, True) + norm("layernorm_post", width, True)
    top += linear("vision_adapter.mlp.fc1", between, wide) + linear("vision_adapter.mlp.fc2", out, out)
    layers = vision.size("num_hidden_layers")
    return [
        ("vision_model.", 1, top),
        ("vision_model.model.layers.*.", layers, _layer(width, wide, bias=True)),
        ("multi_modal_projector.", 1, linear("linear_1", hidden, vision.size("vision_output_dim"))),
    ]


def mllama(_: Reader, vision: Reader, hidden: int) -> list[tuple[str, int, list[Part]]]:
    """Llama 3.2 Vision: tiles with positions of their own, local layers, then gated global ones."""
    root, width = "model.vision_model.", vision.size("hidden_size")
    wide, patch = vision.size("intermediate_size"), vision.size("patch_size")
    places, tiles = _places(vision), vision.size("max_num_tiles")
    shapes = len(vision.items("supported_aspect_ratios")) + 1
    channels = vision.size("num_channels", default=3)
    top = [other("class_embedding", width), other("patch_embedding", width, channels, patch, patch)]
    top += [other("gated_positional_embedding.gate", 1)]
    top += [other("gated_positional_embedding.embedding", places, width)]
    top += [other("gated_positional_embedding.tile_embedding", shapes, tiles * places * width)]
    for side in ("pre", "post"):
        top += [other(f"{side}_tile_positional_embedding.gate", 1)]
        top += [other(f"{side}_tile_positional_embedding.embedding", shapes, tiles * width)]
    top += norm("layernorm_pre", width, True) + norm("layernorm_post", width, True)
    layer = _layer(width, wide, bias=False)
    gated = [other("gate_attn", 1), other("gate_ffn", 1), *layer]
    out = linear("model.multi_modal_projector", hidden, vision.size("vision_output_dim"), True)
    return [
        (root, 1, top),
        (f"{root}transformer.layers.*.", vision.size("num_hidden_layers"), layer),
        (f"{root}global_transformer.layers.*.", vision.size("num_global_layers"), gated),
        ("", 1, out),
    ]
