"""Beta of preference training: how far the model may go from its reference.

Source: axolotl 0.21.0 core/builders/rl.py:147, schemas/validation.py:2208 (check_rl_beta).
"""

from __future__ import annotations

from wizard.axolotl import batch
from wizard.domain.plan import Plan
from wizard.domain.values import number

BETAS = ("rl_beta", "dpo_beta")
"""The keys that name beta, the one that counts first (schemas/validation.py, check_rl_beta)."""
INNER = "trl.beta"
"""What counts before both."""


def key(plan: Plan) -> str | None:
    """Which of them the trainer gets."""
    if batch.trl(plan).get("beta") is not None:
        return INNER
    if plan.get("dpo_beta") and not plan.get("rl_beta"):
        return "dpo_beta"
    return "rl_beta" if plan.get("rl_beta") is not None else None


def value(plan: Plan) -> float | None:
    """Its number; None where none is written."""
    named = key(plan)
    if named is None:
        return None
    return number(batch.trl(plan).get("beta") if named == INNER else plan.get(named), 1.0)
