"""Mistral 3's vision tower and projector: modeling_pixtral.py, modeling_mistral3.py."""

from __future__ import annotations

from wizard.knowledge.models.config_reader import Reader
from wizard.knowledge.models.parts import Part, linear, norm, other

_TOWER = "model.vision_tower."
_PROJECTOR = "model.multi_modal_projector."


def pixtral(_: Reader, vision: Reader, __: int) -> list[tuple[str, int, list[Part]]]:
    """Pixtral: a Llama-like decoder over patches, without biases and positions."""
    width, wide = vision.size("hidden_size"), vision.size("intermediate_size")
    heads, patch = vision.size("num_attention_heads"), vision.size("patch_size")
    inner = heads * vision.size("head_dim", default=max(1, width // heads))
    top = [other("patch_conv", width, vision.size("num_channels", default=3), patch, patch)]
    top += norm("ln_pre", width)
    layer = norm("attention_norm", width) + norm("ffn_norm", width)
    for name in ("q_proj", "k_proj", "v_proj"):
        layer += linear(f"attention.{name}", inner, width)
    layer += linear("attention.o_proj", width, inner)
    layer += linear("feed_forward.gate_proj", wide, width) + linear("feed_forward.up_proj", wide, width)
    layer += linear("feed_forward.down_proj", width, wide)
    return [(_TOWER, 1, top), (f"{_TOWER}transformer.layers.*.", vision.size("num_hidden_layers"), layer)]


def projector(outer: Reader, vision: Reader, hidden: int) -> list[tuple[str, int, list[Part]]]:
    """Merges neighbouring patches and brings them to the text's width."""
    width, bias = vision.size("hidden_size"), outer.told("multimodal_projector_bias")
    merge = outer.size("spatial_merge_size", default=2) ** 2
    features = len(outer.items("vision_feature_layer")) if _several(outer) else 1
    parts = norm("norm", width) + linear("patch_merger.merging_layer", width, width * merge)
    parts += linear("linear_1", hidden, width * max(1, features), bias)
    return [(_PROJECTOR, 1, parts + linear("linear_2", hidden, hidden, bias))]


def _several(outer: Reader) -> bool:
    return isinstance(outer.find("vision_feature_layer"), list)
