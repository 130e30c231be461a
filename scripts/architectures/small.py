"""A small model of an architecture: its published config with small sizes and random weights. Needs transformers."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

LAYERS, HEADS = 4, 4
_SIZES: dict[str, int] = {
    "hidden_size": 64, "intermediate_size": 128, "moe_intermediate_size": 32, "shared_expert_intermediate_size": 32,
    "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "num_key_value_heads": 2, "head_dim": 16,
    "vocab_size": 512, "num_experts": 4, "num_local_experts": 4, "n_routed_experts": 4, "num_experts_per_tok": 2,
    "n_shared_experts": 1, "n_group": 1, "topk_group": 1, "first_k_dense_replace": 1, "q_lora_rank": 32,
    "kv_lora_rank": 16, "qk_rope_head_dim": 8, "qk_nope_head_dim": 8, "v_head_dim": 16, "max_position_embeddings": 512,
    "sliding_window": 64, "num_global_key_value_heads": 2, "global_head_dim": 16, "vocab_size_per_layer_input": 512,
    "hidden_size_per_layer_input": 16, "num_kv_shared_layers": 0, "num_dense_layers": 1, "attention_chunk_size": 64,
    "linear_num_value_heads": 4, "linear_num_key_heads": 4, "linear_key_head_dim": 16, "linear_value_head_dim": 16,
    "mamba_d_state": 16, "mamba_n_heads": 4, "mamba_d_head": 32, "mamba_expand": 2, "mamba_n_groups": 1,
    "mamba_d_ssm": 128, "mamba_d_conv": 4, "mamba_num_heads": 4, "mamba_head_dim": 32, "ssm_state_size": 16,
    "n_groups": 1, "conv_dim": 64, "block_dim": 64, "block_ff_dim": 128, "mamba_dt_rank": 8,
    "expert_ffn_hidden_size": 32, "shared_intermediate_size": 64, "intermediate_size_mlp": 128,
    "moe_shared_expert_intermediate_size": 32,
    "num_key_value_heads_global": 2, "moe_num_experts": 4, "attn_num_heads": HEADS, "num_experts_per_token": 2,
    "rotary_dim": 16, "attn_layer_period": 2, "attn_layer_offset": 1,
    "top_k_experts": 2,
}  # fmt: skip
_VISION: dict[str, int] = {
    "depth": 2, "num_hidden_layers": 2, "num_layers": 2, "num_global_layers": 2, "hidden_size": 64, "embed_dim": 64,
    "intermediate_size": 128, "num_heads": 4, "num_attention_heads": 4, "attention_heads": 4, "out_hidden_size": 64,
    "num_key_value_heads": 4, "head_dim": 16, "vision_output_dim": 64, "output_dim": 64, "projector_input_dim": 64,
    "projector_output_dim": 64, "vision_input_dim": 64,
}  # fmt: skip
_GONE = ("rope_scaling", "rope_parameters", "rope_theta", "layer_types", "quantization_config", "no_rope_layers",
         "mlp_layer_types", "block_types", "hybrid_override_pattern", "layers_block_type", "attn_layer_indices",
         "full_attn_idxs", "cross_attention_layers", "moe_layers", "max_window_layers")  # fmt: skip
_ROTARY_SECTIONS = {"qwen2_vl": [2, 3, 3], "qwen2_5_vl": [2, 3, 3], "glm4v": [2, 1, 1]}
"""Rotary sections for time, height and width: half of what is rotated of 16 dimensions."""
_IDS = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}


def shrunk(written: Mapping[str, Any], sizes: Mapping[str, int] = _SIZES) -> dict[str, Any]:
    """The same config with small sizes; what follows from sizes is left out, so that its defaults follow."""
    small: dict[str, Any] = {}
    for key, value in written.items():
        if key in _GONE:
            continue
        if isinstance(value, Mapping):
            small[key] = shrunk(value, _VISION if "vision" in key or "audio" in key else sizes)
        else:
            small[key] = _sized(key, value, sizes) if isinstance(value, int) and not isinstance(value, bool) else value
    return small


def _sized(key: str, value: int, sizes: Mapping[str, int]) -> int:
    """A small size; but for heads that are too wide for FlashAttention-2, which shows."""
    return value if key in ("head_dim", "global_head_dim") and value > 256 else sizes.get(key, value)


def config_of(written: Mapping[str, Any]) -> Any:
    """The small config as transformers has it."""
    from transformers import AutoConfig

    small = shrunk(written)
    kinds = layer_kinds(written)
    holder = small.get("text_config", small)
    if kinds:
        holder["layer_types"] = kinds
    if "hybrid_override_pattern" in written or "layers_block_type" in written:
        holder["hybrid_override_pattern"] = "ME*E" if "E" in str(written.get("hybrid_override_pattern")) else "M-*-"
    if sections := _ROTARY_SECTIONS.get(str(written.get("model_type"))):
        parameters = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": sections}
        holder |= {"rope_parameters": parameters, "rope_scaling": parameters}
    _every_head_its_keys(written.get("text_config", written), holder)
    config = AutoConfig.for_model(**small)
    for part in {id(one): one for one in (config, config.get_text_config())}.values():
        for name, number in _IDS.items():
            with contextlib.suppress(Exception):
                setattr(part, name, number)
    return config


def _every_head_its_keys(published: Mapping[str, Any], small: dict[str, Any]) -> None:
    """As many heads for keys as for queries where the published config has that: some attentions know no other."""
    heads = published.get("num_attention_heads")
    if heads is not None and published.get("num_key_value_heads") == heads:
        small["num_key_value_heads"] = small["num_attention_heads"]


def layer_kinds(written: Mapping[str, Any]) -> list[str] | None:
    """Four layers that have every kind that the published ones have; None where they are all alike."""
    inner = written.get("text_config", written)
    listed = inner.get("layer_types")
    if listed is None:
        return None
    if isinstance(listed, str):  # the catalogue's short text: "linear_attention*3 full_attention"
        listed = [part.partition("*")[0] for part in listed.split()]
    kinds = list(dict.fromkeys(listed))
    return (kinds * LAYERS)[:LAYERS]


def model_of(config: Any) -> Any:
    """Random weights on the CPU, in fp32."""
    import torch
    import transformers as hf

    torch.manual_seed(0)
    names = ("AutoModelForCausalLM", "AutoModelForImageTextToText", "AutoModelForMultimodalLM")
    classes = [getattr(hf, name, None) for name in names]
    errors = []
    for auto in classes[1::-1] if hasattr(config, "vision_config") else classes:
        if auto is None:
            continue
        try:
            return auto.from_config(config)
        except ValueError as error:
            errors.append(str(error))
    raise ValueError("; ".join(errors))
