"""What a plan would need if an answer were taken."""

from __future__ import annotations

from wizard.domain.estimate import Fit
from wizard.domain.plan import Plan
from wizard.memory import estimate
from wizard.review import Review

DOUBLED = frozenset({"sequence_len", "micro_batch_size", "lora_r"})
"""Fields that memory follows: for these it is told what twice as much would need."""


def price(plan: Plan, now: Review) -> tuple[Fit | None, int | None]:
    """The fit and the likely device bytes of another plan on the same model and machine.

    (None, None) where the model is not known, so that there is no price.
    """
    if now.model is None:
        return None, None
    if plan is now.plan and now.estimate is not None:
        return now.fit, now.estimate.device.likely
    found = estimate(plan, now.model, now.machine)
    free = now.machine.free_bytes if now.machine else None
    return found.fit(free), found.device.likely


def twice(field: str, plan: Plan, now: Review) -> tuple[Fit | None, int | None]:
    """What twice as much of a field would need; (None, None) where memory does not follow it."""
    value = plan.get(field)
    if field not in DOUBLED or not isinstance(value, int):
        return None, None
    return price(plan.changed({field: value * 2}), now)
