"""Which kernel scores queries against keys, and what it keeps."""

from __future__ import annotations

from wizard.axolotl.effective import Effective
from wizard.domain.model import Block
from wizard.memory.tape.attention import EagerForm, eager, efficient, flash
from wizard.memory.tape.builder import Builder
from wizard.memory.tape.engine import Tape, TapeTensor
from wizard.memory.tape.ops import cast
from wizard.memory.tape.padding import crop, pad
from wizard.memory.tape.sinks import eager_sinks
from wizard.memory.weights import embedding_bytes

FLASH_LIMIT = 256
"""Values a head up to which PyTorch's own flash kernel works."""


def needs_mask(block: Block, settings: Effective) -> bool:
    """Whether sdpa needs a mask written out: is_causal says nothing of a window as long as a row or shorter
    (masking_utils.py, `_ignore_causal_mask_sdpa`), nor of images that see themselves whole (modeling_gemma3.py,
    modeling_gemma4.py, `create_masks_for_vision_model`).
    """
    if settings.image_masks and settings.attention == "sdpa" and (settings.image_masks == "all" or block.window):
        return True
    return settings.attention == "sdpa" and bool(block.window) and settings.row >= (block.window or 0)


def scores(tape: Tape, build: Builder, q: TapeTensor, k: TapeTensor, v: TapeTensor) -> TapeTensor:
    """Attention's output, `heads` x the size of a value wide. A soft cap on the scores, which sdpa leaves out and
    FlashAttention has inside, and dropout of some of them are seen in eager attention alone.

    Values of another size than queries: PyTorch's flash kernel refuses them (torch 2.13
    aten/src/ATen/native/transformers/cuda/sdp_utils.cpp, `check_head_dim_size_flash`), so that sdpa takes the
    memory-efficient one; for the library they are padded (transformers 5 integrations/flash_attention.py).
    """
    model, block, settings = build.model, build.block, build.settings
    turned_wide = q.item == 4
    q, k, v = (cast(tape, one, tape.half) for one in (q, k, v))
    if settings.attention == "eager":
        if model.sinks:
            return eager_sinks(tape, q, k, v, block.heads, block.kv_heads, settings.row)
        wide = embedding_bytes(settings) == 4  # as the mask is
        how = EagerForm(
            block.kv_heads < block.heads, model.attention_softcap, model.attention_dropout, wide, turned_wide
        )
        return eager(tape, q, k, v, block.heads, settings.row, how)
    wide = block.head_dim > FLASH_LIMIT
    uneven = bool(block.value_dim) and block.value_dim != block.head_dim
    masked = needs_mask(block, settings) or (wide and settings.wide_heads == "masked")
    if (settings.attention == "sdpa" and (masked or wide or uneven)) or (wide and settings.wide_heads):
        mask = float(settings.row) if masked else 0.0
        return efficient(tape, q, k, v, block.heads, block.kv_heads, mask)
    if not uneven:
        return flash(tape, q, k, v, block.heads, block.kv_heads, block.head_dim)
    v = pad(tape, v, float(block.kv_width))
    out = flash(tape, q, k, v, block.heads, block.kv_heads, block.head_dim)
    del q, k, v
    return crop(tape, out, float(block.heads * block.value_dim))
