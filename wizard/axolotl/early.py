"""What Axolotl's early checks see: values as written, by Python's own truth.

Its "before" validators run ahead of the types of the schema, so the text "false" counts there as something that is set.
A rule that says what such a check says asks here; what a key means in training its family tells.
"""

from __future__ import annotations

from collections.abc import Iterable

from wizard.domain.plan import Plan


def is_set(plan: Plan, key: str) -> bool:
    """Whether the value counts as true to Python."""
    return bool(plan.get(key))


def which(plan: Plan, keys: Iterable[str]) -> list[str]:
    """Those of the keys whose value counts as true to Python."""
    return [key for key in keys if plan.get(key)]
