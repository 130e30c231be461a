"""The tensors of a batch with one image a row, for each kind of model, as its processor returns them.

Shapes: ``n`` images of ``(width, height)`` pixels; ``ids`` are int64 ``[rows, tokens]``. Pixels are fp32, as processors
give them. A row's image tokens stand at its start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from transformers import PretrainedConfig
from transformers.models.gemma4.image_processing_pil_gemma4 import get_aspect_ratio_preserving_size
from transformers.models.mllama.image_processing_pil_mllama import (
    get_all_supported_aspect_ratios,
    get_optimal_tiled_canvas,
)
from transformers.models.pixtral.image_processing_pil_pixtral import _num_image_tokens
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import smart_resize

Batch = dict[str, torch.Tensor]
Size = tuple[int, int]

# preprocessor_config.json on the hub: Qwen2.5-VL and Qwen2-VL min_pixels and max_pixels; Qwen3-VL and Qwen3.5 size.
QWEN_PIXELS = {"qwen3": (65536, 16777216), "qwen2": (3136, 12845056)}
GEMMA4_SOFT_TOKENS = 280
PIXTRAL_LONGEST = 1540
MLLAMA_TILES = 4


def _ids(config: PretrainedConfig, rows: int, length: int, image_tokens: int, **extra: torch.Tensor) -> Batch:
    token = getattr(config, "image_token_id", None) or getattr(config, "image_token_index", 0)
    if image_tokens > length:
        raise ValueError(f"an image of {image_tokens} tokens is longer than the row of {length}")
    ids = torch.tensor([[token] * image_tokens + [0] * (length - image_tokens)] * rows)
    return {"input_ids": ids, "labels": torch.zeros_like(ids), **extra}


def _marked(rows: int, length: int, image_tokens: int) -> torch.Tensor:
    """``token_type_ids``: 1 where the image is."""
    return torch.tensor([[1] * image_tokens + [0] * (length - image_tokens)] * rows)


def qwen(config: PretrainedConfig, rows: int, length: int, size: Size) -> Batch:
    """Qwen2-VL to Qwen3.5: patches in a row, with the grid they come from."""
    vision = config.vision_config
    least, most = QWEN_PIXELS["qwen3" if config.model_type.startswith("qwen3") else "qwen2"]
    merge = vision.spatial_merge_size
    height, width = smart_resize(size[1], size[0], vision.patch_size * merge, least, most)
    grid = [1, height // vision.patch_size, width // vision.patch_size]
    patches, tokens = grid[1] * grid[2], grid[1] * grid[2] // merge**2
    return _ids(
        config,
        rows,
        length,
        tokens,
        pixel_values=torch.empty(rows * patches, 3 * vision.temporal_patch_size * vision.patch_size**2),
        image_grid_thw=torch.tensor([grid] * rows),
        mm_token_type_ids=_marked(rows, length, tokens),
    )


def gemma3(config: PretrainedConfig, rows: int, length: int, size: Size) -> Batch:
    """Every image is made one square, whatever its size (``do_pan_and_scan`` is off)."""
    side = config.vision_config.image_size
    tokens = config.mm_tokens_per_image
    types = _marked(rows, length, tokens)
    return _ids(config, rows, length, tokens, pixel_values=torch.empty(rows, 3, side, side), token_type_ids=types)


def gemma4(config: PretrainedConfig, rows: int, length: int, size: Size) -> Batch:
    """Patches, padded to the most there can be; the encoder-free model takes nine of them as one."""
    vision = config.vision_config
    pool, patch = vision.pooling_kernel_size, vision.patch_size
    most = GEMMA4_SOFT_TOKENS * pool**2
    height, width = get_aspect_ratio_preserving_size(size[1], size[0], patch, most, pool)
    tokens = height // patch * (width // patch) // pool**2
    unified = config.model_type == "gemma4_unified"
    across, count = (width // patch // pool, tokens) if unified else (width // patch, tokens * pool**2)
    slots, side = (GEMMA4_SOFT_TOKENS, patch * pool) if unified else (most, patch)
    places = [[index % across, index // across] for index in range(count)] + [[-1, -1]] * (slots - count)
    return _ids(
        config,
        rows,
        length,
        tokens,
        pixel_values=torch.empty(rows, slots, 3 * side**2),
        image_position_ids=torch.tensor([places] * rows),
        mm_token_type_ids=_marked(rows, length, tokens),
    )


def mistral3(config: PretrainedConfig, rows: int, length: int, size: Size) -> Batch:
    """Pixtral's tower: the longest side at most 1540, then up to a multiple of the merged patch."""
    side = config.vision_config.patch_size * config.spatial_merge_size
    ratio = max(1.0, max(size) / PIXTRAL_LONGEST)
    down, across = _num_image_tokens((int(size[1] / ratio), int(size[0] / ratio)), (side, side))
    height, width = down * side, across * side
    sizes = torch.tensor([[height, width]] * rows)
    tokens = down * across
    return _ids(config, rows, length, tokens, pixel_values=torch.empty(rows, 3, height, width), image_sizes=sizes)


def mllama(config: PretrainedConfig, rows: int, length: int, size: Size) -> Batch:
    """Four tiles for every image, empty ones too; the decoder attends to them beside the text: one token an image."""
    vision = config.vision_config
    canvas = get_optimal_tiled_canvas(size[1], size[0], MLLAMA_TILES, vision.image_size)
    tiles = (canvas[0] // vision.image_size, canvas[1] // vision.image_size)
    kind = get_all_supported_aspect_ratios(MLLAMA_TILES).index(tiles) + 1
    shown = [1] * (tiles[0] * tiles[1]) + [0] * (MLLAMA_TILES - tiles[0] * tiles[1])
    return _ids(
        config,
        rows,
        length,
        0,
        pixel_values=torch.empty(rows, 1, MLLAMA_TILES, 3, vision.image_size, vision.image_size),
        aspect_ratio_ids=torch.tensor([[kind]] * rows),
        aspect_ratio_mask=torch.tensor([[shown]] * rows),
        cross_attention_mask=torch.tensor([[[shown]] * length] * rows),
    )


BATCHES: dict[str, Callable[[PretrainedConfig, int, int, Size], Batch]] = {
    "qwen2_vl": qwen,
    "qwen2_5_vl": qwen,
    "qwen3_vl": qwen,
    "qwen3_vl_moe": qwen,
    "qwen3_5": qwen,
    "qwen3_5_moe": qwen,
    "gemma3": gemma3,
    "gemma4": gemma4,
    "gemma4_unified": gemma4,
    "mistral3": mistral3,
    "mllama": mllama,
}


def image_loss(model: Any, shape: tuple[int, int], size: Size) -> torch.Tensor:
    """The loss of a batch of `rows` rows of `tokens` tokens, one image of this size in each."""
    config = model.config
    batch = BATCHES[config.model_type](config, *shape, size)
    if model.training:
        batch["num_items_in_batch"] = torch.zeros((), dtype=torch.int64)
    loss: torch.Tensor = model(**batch)["loss"]
    return loss
