"""What selective checkpointing keeps of each layer instead of computing it again."""

from __future__ import annotations

from wizard.axolotl.effective import Effective
from wizard.axolotl.selective import Saves
from wizard.domain.model import Block, Model, Tensor


def saved_bytes(model: Model, settings: Effective) -> float:
    """Bytes a token of all layers: attention's output and fp32 log-sum-exp, where no window bounds it, and the 16-bit
    outputs of the products that are named or long enough.

    Source: axolotl 0.20.0 and 0.21.0 monkeypatch/selective_checkpointing.py, `build_sac_policy`.
    """
    saves = settings.saves
    if saves is None or settings.checkpointing == "none":
        return 0.0
    kept = 0.0
    if saves.attention:
        kept += sum(_attention(block) * block.count for block in model.blocks if saves.windows or not block.window)
    return kept + sum(2.0 * one.shape[0] * one.count for one in model.tensors if _is_kept(one, saves))


def _attention(block: Block) -> float:
    return 2.0 * block.q_width + 4.0 * block.heads if block.heads else 0.0


def _is_kept(one: Tensor, saves: Saves) -> bool:
    if one.kind != "linear" or one.tower or "*" not in one.path:
        return False
    return saves.products or saves.of_module(one.path) or 0 < saves.least_k <= one.shape[-1]
