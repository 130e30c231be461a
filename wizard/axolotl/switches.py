"""Switches of one form, several at a time: what the schema reads as true."""

from __future__ import annotations

from collections.abc import Iterable

from wizard.domain.plan import Plan
from wizard.domain.values import flag


def on(plan: Plan, keys: Iterable[str]) -> list[str]:
    """Those of the keys that are on, in whichever spelling."""
    return [key for key in keys if flag(plan.get(key))]
