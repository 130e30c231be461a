"""A small processor for an architecture that sees or hears, of its own classes, and the tokens that it needs."""

from __future__ import annotations

from typing import Any

_QWEN = {"image_token": "<|image_pad|>", "video_token": "<|video_pad|>", "vision_start_token": "<|vision_start|>",
         "vision_end_token": "<|vision_end|>"}  # fmt: skip
_GEMMA = {"image_token": "<image_soft_token>", "boi_token": "<start_of_image>", "eoi_token": "<end_of_image>"}
_GEMMA_4 = {"image_token": "<|image|>", "boi_token": "<|image>", "eoi_token": "<image|>", "audio_token": "<|audio|>",
            "boa_token": "<|audio>", "eoa_token": "<audio|>", "video_token": "<|video|>"}  # fmt: skip
TOKENS: dict[str, dict[str, str]] = {
    **dict.fromkeys(("qwen2_vl", "qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe", "qwen3_5", "qwen3_5_moe"), _QWEN),
    "mistral3": {"image_token": "[IMG]", "image_break_token": "[IMG_BREAK]", "image_end_token": "[IMG_END]"},
    "gemma3": _GEMMA, "gemma4": _GEMMA_4, "gemma4_unified": _GEMMA_4,
    "glm4v": {"image_token": "<|image|>", "video_token": "<|video|>", "image_start_token": "<|begin_of_image|>",
              "image_end_token": "<|end_of_image|>", "video_start_token": "<|begin_of_video|>",
              "video_end_token": "<|end_of_video|>"},
    "llama4": {"image_token": "<|image|>", "image_start_token": "<|image_start|>", "patch_token": "<|patch|>",
               "image_end_token": "<|image_end|>", "tile_x_token": "<|tile_x_separator|>",
               "tile_y_token": "<|tile_y_separator|>"},
    "mllama": {"image_token": "<|image|>", "python_token": "<|python_tag|>"},
    "internvl": {"image_token": "<IMG_CONTEXT>", "start_image_token": "<img>", "end_image_token": "</img>",
                 "context_image_token": "<IMG_CONTEXT>", "video_token": "<video>"},
    "lfm2_vl": {"image_token": "<image>", "image_start_token": "<|image_start|>", "image_end_token": "<|image_end|>",
                "image_thumbnail": "<|img_thumbnail|>"},
    "voxtral": {"audio_token": "[AUDIO]"},
}  # fmt: skip
"""By model_type: what the family's tokenizer calls its tokens, and their texts."""
_IN_CONFIG = {
    "image_token_id": "image_token", "image_token_index": "image_token", "video_token_id": "video_token",
    "vision_start_token_id": "vision_start_token", "vision_end_token_id": "vision_end_token",
    **{f"{name}_token_{end}": f"{name}_token" for name in ("boi", "eoi", "boa", "eoa") for end in ("id", "index")},
    "audio_token_id": "audio_token", "image_start_token_id": "image_start_token",
    "image_end_token_id": "image_end_token", "video_start_token_id": "video_start_token",
    "video_end_token_id": "video_end_token",
}  # fmt: skip


def with_tokens(config: Any, tokenizer: Any) -> None:
    """The small config names the tokenizer's own ids."""
    for name, token in _IN_CONFIG.items():
        text = TOKENS.get(config.model_type, {}).get(token)
        if text is not None and hasattr(config, name):
            setattr(config, name, tokenizer.convert_tokens_to_ids(text))


def processor_of(config: Any, tokenizer: Any) -> Any:
    """The processor, None for an architecture that has none. Its patches are those of the small model."""
    import transformers
    from transformers.models.auto import feature_extraction_auto as hearing
    from transformers.models.auto import image_processing_auto as seeing
    from transformers.models.auto import processing_auto, video_processing_auto

    kind = config.model_type
    named = processing_auto.PROCESSOR_MAPPING_NAMES.get(kind)
    if named is None or kind not in TOKENS:
        return None
    parts: dict[str, Any] = {"tokenizer": tokenizer}
    if hasattr(config, "vision_config"):
        sees = _class_of(seeing.IMAGE_PROCESSOR_MAPPING_NAMES.get(kind)) or "Qwen2VLImageProcessor"
        parts["image_processor"] = _fitted(getattr(transformers, sees)(), config)
    films = _class_of(getattr(video_processing_auto, "VIDEO_PROCESSOR_MAPPING_NAMES", {}).get(kind))
    if films:
        parts["video_processor"] = getattr(transformers, films)()
    hears = _class_of(hearing.FEATURE_EXTRACTOR_MAPPING_NAMES.get(kind))
    if hears:
        parts["feature_extractor"] = getattr(transformers, hears)()
    if not hasattr(config, "vision_config"):
        return getattr(transformers, named)(**parts)
    return _fitted(getattr(transformers, named)(**parts, chat_template=tokenizer.chat_template), config)


def _fitted(part: Any, config: Any) -> Any:
    """With the sizes of the small model's vision tower, where a part has such."""
    tower = config.vision_config
    sizes = {
        "patch_size": "patch_size",
        "temporal_patch_size": "temporal_patch_size",
        "merge_size": "spatial_merge_size",
    }
    for own, name in sizes.items():
        if hasattr(part, own) and getattr(tower, name, None):
            setattr(part, own, getattr(tower, name))
    if hasattr(part, "spatial_merge_size") and hasattr(config, "spatial_merge_size"):
        part.spatial_merge_size = config.spatial_merge_size
    if config.model_type in ("gemma3", "mllama") and hasattr(part, "size"):
        part.size = {"height": tower.image_size, "width": tower.image_size}
    return part


def _class_of(named: Any) -> str | None:
    """Versions list one name, a pair of a slow and a fast one, or one for each backend."""
    if isinstance(named, dict):
        return str(named.get("torchvision") or next(iter(named.values())))
    if isinstance(named, (tuple, list)):
        return next((str(name) for name in named[::-1] if name), None)
    return None if named is None else str(named)
