"""Keys that do nothing without another; the rows of needs.toml, typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from wizard.domain.plan import Plan
from wizard.domain.text import in_yaml
from wizard.knowledge.load import toml


@dataclass(frozen=True, slots=True)
class Need:
    """One row; the head of needs.toml explains each field. `value` is its `as`."""

    keys: tuple[str, ...]
    of: tuple[str, ...]
    value: str | None = None
    zero: bool = False

    def idle(self, plan: Plan) -> list[str]:
        """The keys that are on, where none of those is that they need."""
        return [] if any(self._there(plan.get(key)) for key in self.of) else self._written(plan)

    def _there(self, value: object) -> bool:
        if self.value is not None:
            return bool(value) and in_yaml(value) == self.value
        return bool(value) or (self.zero and type(value) is int)

    def _written(self, plan: Plan) -> list[str]:
        return [key for key in self.keys if plan.get(key) or (self.zero and type(plan.get(key)) is int)]


@cache
def needs() -> tuple[Need, ...]:
    """All rows."""
    return tuple(
        Need(tuple(row["keys"]), tuple(row["of"]), row.get("as"), row.get("zero", False))
        for row in toml("axolotl/needs")["needs"]
    )
