"""How attention sees whole sequences where context parallelism divides them: `context_parallel`, `ring_attn_func`.

Source: axolotl 0.19.0 monkeypatch/ring_attn/patch.py (ring-flash-attn); 0.20.0 and 0.21.0
integrations/context_parallel/plugin.py and settings.py; ringmaster 0.2.7 strategies/usp.py, `auto_select`.
"""

from __future__ import annotations

from typing import Literal

from wizard.axolotl import attention, deepspeed, mesh, packing
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.values import integer
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan

Passing = Literal["", "ulysses", "gather", "rotate", "head_by_head"]
"""What GPUs send each other in each layer. "ulysses": queries, keys, values and results to other heads; "gather": keys
and values of all tokens to each; "rotate": those of one part at a time; "head_by_head": those of one head at a time."""

_RINGMASTER = Version(0, 20)
_ROTATING = ("batch_ring", "batch_zigzag", "batch_stripe")


def passing(plan: Plan, model: Model | None, size: int) -> Passing:
    """How `size` GPUs share a sequence; "" where each has its own."""
    if size < 2:
        return ""
    if of_plan(plan) < _RINGMASTER:
        written = plan.get("ring_attn_func") or ("varlen_llama3" if packing.packs_training(plan) else "batch_ring")
        return "rotate" if written in _ROTATING else "head_by_head"
    if deepspeed.deepspeed(plan) or over_heads(plan, model, size) == size:
        return "ulysses"
    block = mesh.context_parallel(plan)
    balance = block.get("load_balance", "auto")
    windows = model is not None and any(block.window for block in model.blocks)
    turns = attention.implementation(plan) == "flash_attention_2" and not windows and "rotate_method" not in block
    if over_heads(plan, model, size) == 1 and not packing.packs_training(plan) and balance == "auto" and turns:
        return "rotate"
    return "rotate" if balance in ("head_tail", "distflash") or block.get("rotate_method") == "alltoall" else "gather"


def over_heads(plan: Plan, model: Model | None, size: int) -> int:
    """Over how many of them heads are divided (Ulysses); the rest is a ring. Without a choice as many as key-value
    heads allow.
    """
    block = mesh.context_parallel(plan)
    if written := integer(block.get("ulysses_size"), 0):
        return written
    if ring := integer(block.get("ring_size"), 0):
        return max(1, size // ring)
    if block.get("backend") in ("ulysses", "ring"):
        return size if block["backend"] == "ulysses" else 1
    heads = {block.kv_heads for block in model.blocks if block.kv_heads} if model is not None else set()
    return max(one for one in range(1, size + 1) if size % one == 0 and all(count % one == 0 for count in heads))
