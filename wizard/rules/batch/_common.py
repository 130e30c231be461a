"""The fix that the GRPO rules of this topic share."""

from __future__ import annotations

from math import gcd

from wizard.axolotl import batch, early
from wizard.axolotl.batch import Groups
from wizard.domain.plan import REMOVE, Plan


def enough(plan: Plan, found: Groups, least: int) -> tuple[dict[str, object], str] | None:
    """The change that makes the batch at least `least` and a multiple of the group, and its words."""
    if found.direct:
        whole = -(-max(least, 1) // found.size) * found.size
        return {"trl": {**batch.trl(plan), "generation_batch_size": whole}}, f"generation_batch_size: {whole}"
    if found.micro < 1:
        return None
    unit = found.size // gcd(found.size, found.micro)
    steps = -(-max(least, 1) // (found.micro * unit)) * unit
    changes: dict[str, object] = {"gradient_accumulation_steps": steps}
    if early.is_set(plan, "batch_size"):
        changes["batch_size"] = REMOVE
    return changes, f"gradient_accumulation_steps: {steps}"
