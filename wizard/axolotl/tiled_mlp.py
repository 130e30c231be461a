"""`tiled_mlp`: dense feed-forwards that are run a piece of the row at a time."""

from __future__ import annotations

from math import ceil

from wizard.axolotl import batch, packing
from wizard.domain.plan import Plan
from wizard.domain.values import flag, number

TOKENS = 32768
"""Tokens of a piece where their number is not set (axolotl 0.19.0 and 0.21.0 monkeypatch/tiled_mlp/patch.py)."""


def tiled_mlp(plan: Plan) -> bool:
    """Whether it is on."""
    return flag(plan.get("tiled_mlp"))


def pieces(plan: Plan, context: int) -> int:
    """How many pieces a row is run in; 0 where it is run whole. One piece is still run anew in the backward. `context`:
    GPUs that share a row. Packed rows are one, the whole micro batch.
    """
    if not tiled_mlp(plan):
        return 0
    rows = batch.micro_batch_size(plan) if packing.packs_training(plan) else 1
    row = -(-rows * batch.sequence_len(plan) // context)
    return max(1, int(number(plan.get("tiled_mlp_num_shards"), 0.0)) or ceil(row / TOKENS))
