"""EAFT, a loss that weighs each token by how unsure the model is of it; it needs no memory of its own."""

from __future__ import annotations

from wizard.domain.plan import Plan
from wizard.domain.values import flag, number


def weighs_nothing(plan: Plan) -> bool:
    """Whether EAFT weighs each token by what it is unsure of among one token, or none: nothing.

    Source: axolotl 0.21.0 monkeypatch/loss/eaft.py:34-51.
    """
    alpha, count = plan.get("eaft_alpha"), plan.get("eaft_k")
    of_few = isinstance(count, int) and count in (0, 1)
    return flag(plan.get("use_eaft")) and of_few and not (alpha is not None and number(alpha, 1.0) == 0)
