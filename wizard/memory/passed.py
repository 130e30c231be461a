"""What context parallelism adds to a layer: copies on the way to other GPUs, and what they leave."""

from __future__ import annotations

from wizard.axolotl.effective import Effective
from wizard.domain.model import Block, Model


def passed_bytes(model: Model, settings: Effective) -> float:
    """Bytes of one GPU: the passing of the worst layer, and what the layers keep of it for the backward."""
    if not settings.passing:
        return 0.0
    worst = max((_passing(block, settings) for block in model.blocks), default=0.0)
    left = sum(_kept(block, settings) * block.count for block in model.blocks)
    if settings.checkpointing != "none":
        left = max((_kept(block, settings) for block in model.blocks), default=0.0)
    return (worst + left) * settings.tokens


def _passing(block: Block, settings: Effective) -> float:
    """Bytes a token of a GPU's own part, at the most at a time.

    Ulysses: a contiguous copy, what comes in and its rearrangement, of the queries (6 Q), while keys and values are
    stacked and sent (8 K). Gathered: what comes from all, stacked, of keys and of values, and both joined (12 K a
    part). Rotated: results and their gradient in fp32 (8 Q), keys and values and their gradients, in fp32, each with
    what comes next (24 K). Head by head: keys and values of one head, of all parts, twice (8 of its values a part).
    Source: ringmaster 0.2.7 comm.py, ring/loop.py, ring/p2p_attn.py; ring-flash-attn 0.1 llama3_flash_attn_varlen.py.
    """
    q, k, size = float(block.q_width), float(block.kv_width), settings.sharding.mesh.context
    return {
        "ulysses": 6 * q + 8 * k,
        "gather": 12 * k * size,
        "rotate": 8 * q + 24 * k,
        "head_by_head": 8.0 * block.head_dim * size,
    }[settings.passing]


def _kept(block: Block, settings: Effective) -> float:
    """Bytes a token beyond a whole sequence's: Ulysses keeps the result of its heads beside that of its tokens, a
    gathered layer keys and values of all parts.
    """
    if settings.passing == "ulysses":
        return 2.0 * block.q_width
    return 4.0 * block.kv_width * (settings.sharding.mesh.context - 1) if settings.passing == "gather" else 0.0
