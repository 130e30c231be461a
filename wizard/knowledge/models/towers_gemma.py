"""Gemma's towers: modeling_siglip.py, modeling_gemma3.py, modeling_gemma4.py, modeling_gemma4_unified.py."""

from __future__ import annotations

from wizard.knowledge.models.config_reader import Reader
from wizard.knowledge.models.parts import Part, linear, norm, other

_TOWER = "model.vision_tower."
_AUDIO = "model.audio_tower."
_QKV = ("q_proj", "k_proj", "v_proj")


def siglip(_: Reader, vision: Reader, __: int) -> list[tuple[str, int, list[Part]]]:
    """SigLIP: LayerNorms and biases everywhere. Gemma 3's configs turn the pooling head off."""
    width, wide = vision.size("hidden_size"), vision.size("intermediate_size")
    patch, channels = vision.size("patch_size"), vision.size("num_channels", default=3)
    positions = (vision.size("image_size") // patch) ** 2
    top = [other("embeddings.patch_embedding", width, channels, patch, patch)]
    top += [("embeddings.patch_embedding", "bias", (width,))]
    top += [other("embeddings.position_embedding", positions, width), *norm("post_layernorm", width, True)]
    if vision.find("vision_use_head") is not False:
        top += _pooling(width, wide)
    layer = norm("layer_norm1", width, True) + norm("layer_norm2", width, True)
    for name in (*_QKV, "out_proj"):
        layer += linear(f"self_attn.{name}", width, width, True)
    layer += linear("mlp.fc1", wide, width, True) + linear("mlp.fc2", width, wide, True)
    return [(_TOWER, 1, top), (f"{_TOWER}encoder.layers.*.", vision.size("num_hidden_layers"), layer)]


def _pooling(width: int, wide: int) -> list[Part]:
    """A head that attends with one trained query (nn.MultiheadAttention) and a feed-forward."""
    found = [other("head.probe", 1, 1, width), other("head.attention.in_proj_weight", 3 * width, width)]
    found += [other("head.attention.in_proj_bias", 3 * width)]
    found += linear("head.attention.out_proj", width, width, True) + norm("head.layernorm", width, True)
    return found + linear("head.mlp.fc1", wide, width, True) + linear("head.mlp.fc2", width, wide, True)


def gemma3_projector(_: Reader, vision: Reader, hidden: int) -> list[tuple[str, int, list[Part]]]:
    """One bare matrix (vision, text) and a norm."""
    width = vision.size("hidden_size")
    parts = [other("mm_input_projection_weight", width, hidden), *norm("mm_soft_emb_norm", width)]
    return [("model.multi_modal_projector.", 1, parts)]


def _clipped(name: str, out_width: int, in_width: int) -> list[Part]:
    """Gemma 4 wraps the linear layers of its towers, to clip what goes through."""
    return linear(f"{name}.linear", out_width, in_width)


def gemma4_vision(_: Reader, vision: Reader, hidden: int) -> list[tuple[str, int, list[Part]]]:
    """Gemma 4's vision encoder: four norms a layer, positions in two tables, a projection to the text."""
    width, wide = vision.size("hidden_size"), vision.size("intermediate_size")
    heads = vision.size("num_attention_heads")
    dim = vision.size("head_dim", default=max(1, width // heads))
    kv = vision.size("num_key_value_heads", default=heads) * dim
    top = [other("patch_embedder.position_embedding_table", 2, vision.size("position_embedding_size"), width)]
    top += linear("patch_embedder.input_proj", width, 3 * vision.size("patch_size") ** 2)
    layer = _clipped("self_attn.q_proj", heads * dim, width) + _clipped("self_attn.k_proj", kv, width)
    layer += _clipped("self_attn.v_proj", kv, width) + _clipped("self_attn.o_proj", width, heads * dim)
    layer += norm("self_attn.q_norm", dim) + norm("self_attn.k_norm", dim)
    layer += _clipped("mlp.gate_proj", wide, width) + _clipped("mlp.up_proj", wide, width)
    layer += _clipped("mlp.down_proj", width, wide)
    for name in ("input", "post_attention", "pre_feedforward", "post_feedforward"):
        layer += norm(f"{name}_layernorm", width)
    return [
        (_TOWER, 1, top),
        (f"{_TOWER}encoder.layers.*.", vision.size("num_hidden_layers"), layer),
        ("model.embed_vision.", 1, linear("embedding_projection", hidden, width)),
    ]


def gemma4_audio(_: Reader, audio: Reader, hidden: int) -> list[tuple[str, int, list[Part]]]:
    """Gemma 4's audio encoder: two strided convolutions, then conformer layers, a projection to the text."""
    width, out = audio.size("hidden_size"), audio.size("output_proj_dims")
    channels = audio.numbers("subsampling_conv_channels")
    if len(channels) != 2:
        raise audio.odd("subsampling_conv_channels", "a list of two whole numbers")
    first, second = channels
    top = [other("subsample_conv_projection.layer0.conv", first, 1, 3, 3)]
    top += norm("subsample_conv_projection.layer0.norm", first)
    top.append(other("subsample_conv_projection.layer1.conv", second, first, 3, 3))
    top += norm("subsample_conv_projection.layer1.norm", second)
    top += linear("subsample_conv_projection.input_proj_linear", width, second * 32)
    top += linear("output_proj", out, width, True)
    return [
        (_AUDIO, 1, top),
        (f"{_AUDIO}layers.*.", audio.size("num_hidden_layers"), _conformer(audio, width)),
        ("model.embed_audio.", 1, linear("embedding_projection", hidden, out)),
    ]


def _conformer(audio: Reader, width: int) -> list[Part]:
    """Two half feed-forwards around attention with relative positions and a depthwise convolution."""
    layer: list[Part] = []
    for half in ("feed_forward1", "feed_forward2"):
        layer += _clipped(f"{half}.ffw_layer_1", 4 * width, width)
        layer += _clipped(f"{half}.ffw_layer_2", width, 4 * width)
        layer += norm(f"{half}.pre_layer_norm", width) + norm(f"{half}.post_layer_norm", width)
    layer.append(other("self_attn.per_dim_scale", width // audio.size("num_attention_heads")))
    for name in (*_QKV, "post"):
        layer += _clipped(f"self_attn.{name}", width, width)
    layer += linear("self_attn.relative_k_proj", width, width)
    layer += _clipped("lconv1d.linear_start", 2 * width, width) + _clipped("lconv1d.linear_end", width, width)
    layer.append(other("lconv1d.depthwise_conv1d", width, 1, audio.size("conv_kernel_size")))
    for name in ("lconv1d.pre_layer_norm", "lconv1d.conv_norm", "norm_pre_attn", "norm_post_attn", "norm_out"):
        layer += norm(name, width)
    return layer


def unified_vision(_: Reader, vision: Reader, hidden: int) -> list[tuple[str, int, list[Part]]]:
    """Gemma 4 unified has no vision encoder: patches go through one linear layer between norms."""
    width, side = vision.size("mm_embed_dim"), vision.count("model_patch_size")
    patch = 3 * (side or vision.size("patch_size") * vision.size("pooling_kernel_size")) ** 2
    parts = [other("pos_embedding", vision.size("mm_posemb_size"), 2, width), *norm("patch_ln1", patch, True)]
    parts += linear("patch_dense", width, patch, True) + norm("patch_ln2", width, True)
    parts += norm("pos_norm", width, True)
    parts += linear("multimodal_embedder.embedding_projection", hidden, vision.size("output_proj_dims|mm_embed_dim"))
    return [("model.embed_vision.", 1, parts)]


def unified_audio(_: Reader, audio: Reader, hidden: int) -> list[tuple[str, int, list[Part]]]:
    """Gemma 4 unified's audio: one projection to the text."""
    parts = linear("embedding_projection", hidden, audio.size("output_proj_dims|audio_embed_dim"))
    return [("model.embed_audio.", 1, parts)]
