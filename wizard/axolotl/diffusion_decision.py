"""`diffusion_decision`: what Axolotl refuses of the block, and of the run beside it.

Source: axolotl 0.21.0 integrations/diffusion_decision/args.py and plugin.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from wizard.axolotl import batch, packing
from wizard.domain.plan import Plan
from wizard.domain.values import flag, integer, mapping, number

_IMAGE_GRID = 28
_MIXED = ("weights", "temperature", "max_examples_per_source", "per_batch_stratified")


class Refusal(NamedTuple):
    """`keys`: the way to the value inside the block."""

    keys: tuple[str, ...]
    words: str


def refusals(plan: Plan) -> list[Refusal]:
    """What of the block contradicts itself or is out of range."""
    block = mapping(plan, "diffusion_decision")
    found = [
        *_top(block),
        *_mixture(_inner(block, "mixture")),
        *_labels(_inner(block, "labels")),
        *_latent(_inner(block, "latent")),
    ]
    if flag(_inner(block, "carry").get("enabled")):
        found.append(Refusal(("carry", "enabled"), "it is not wired for training"))
    return found


def _inner(block: dict[str, object], key: str) -> dict[str, object]:
    value = block.get(key)
    return dict(value) if isinstance(value, dict) else {}


def stop(plan: Plan) -> str | None:
    """What of the run around it the plugin stops on when it is loaded; None where there is nothing."""
    if not isinstance(plan.get("diffusion_lm"), dict):
        return "without diffusion_lm"
    if flag(mapping(plan, "diffusion_lm").get("from_causal_lm")):
        return "with diffusion_lm.from_causal_lm"
    rows = batch.as_written(plan, "micro_batch_size")
    if packing.sample_packing(plan) or packing.flattens(plan):
        whole = rows >= 1 and batch.as_written(plan, "sequence_len") >= 1
        return None if whole else "with rows put together, and no sequence_len or micro_batch_size"
    return "with batch_flattening: false and several rows" if packing.flattening_off(plan) and rows > 1 else None


def _top(block: dict[str, object]) -> list[Refusal]:
    found = []
    share, largest = number(block.get("read_fraction"), 1.0), integer(block.get("max_image_size"), 1400)
    if not 0 <= share <= 1:
        found.append(Refusal(("read_fraction",), "it is a share, 0 to 1"))
    if largest >= _IMAGE_GRID and largest % _IMAGE_GRID:
        found.append(Refusal(("max_image_size",), f"it is no multiple of {_IMAGE_GRID}"))
    if _negative(block.get("canvas_prefix_ids")):
        found.append(Refusal(("canvas_prefix_ids",), "ids of tokens are not negative"))
    return found


def _mixture(block: dict[str, object]) -> list[Refusal]:
    found = []
    weights, heat, most = (block.get(key) for key in _MIXED[:3])
    if weights is not None and heat is not None:
        found.append(Refusal(("mixture", "weights"), "weights and temperature are two ways to say it"))
    if heat is not None and not math.isfinite(number(heat, 0.0)):
        found.append(Refusal(("mixture", "temperature"), "it is not finite"))
    for key in ("weights", "loss_weight"):
        if any(not name or not _positive(value) for name, value in _inner(block, key).items()):
            found.append(Refusal(("mixture", key), "it has a source without a name, or a value that is not above 0"))
    shares = most.items() if isinstance(most, dict) else [("all", most)] if most is not None else []
    if any(not name or not _counts(value) for name, value in shares):
        found.append(Refusal(("mixture", "max_examples_per_source"), "it counts from 1"))
    stratified = block.get("per_batch_stratified", True)
    beside = [key for key in _MIXED[:3] if block.get(key) is not None] + (["per_batch_stratified"] * flag(stratified))
    if flag(block.get("premixed")) and beside:
        found.append(Refusal(("mixture", "premixed"), f"it can't be with {', '.join(beside)}"))
    return found


def _labels(block: dict[str, object]) -> list[Refusal]:
    found = []
    if not math.isfinite(number(block.get("brier_weight"), 0.0)):
        found.append(Refusal(("labels", "brier_weight"), "it is not finite"))
    if number(block.get("hard_label_smoothing"), 0.0) and block.get("full_ce_weighting") == "dft":
        found.append(Refusal(("labels", "hard_label_smoothing"), "it needs full_ce_weighting: ce"))
    return found


def _latent(block: dict[str, object]) -> list[Refusal]:
    mode, slots = block.get("mode", "none"), integer(block.get("num_slots"), 0)
    sampled, policy, ids = flag(block.get("sample_num_slots")), block.get("free_update_policy"), block.get("token_ids")
    checks = {
        "token_ids": ("ids of tokens are not negative", _negative(ids)),
        "mode": ("none has no slots and no token_ids", mode == "none" and bool(slots or ids)),
        "sample_num_slots": ("it needs a mode and num_slots", sampled and (mode == "none" or slots < 1)),
        "free_update_policy": (
            "argmax is for mode: free, which needs it",
            (mode == "free" and policy != "argmax") or (mode != "free" and policy is not None),
        ),
    }
    return [Refusal(("latent", key), words) for key, (words, wrong) in checks.items() if wrong]


def _negative(ids: object) -> bool:
    return isinstance(ids, Iterable) and any(isinstance(one, int) and one < 0 for one in ids)


def _positive(value: object) -> bool:
    found = number(value, 0.0)
    return math.isfinite(found) and found > 0


def _counts(value: object) -> bool:
    return number(value, 0.0) >= 1
