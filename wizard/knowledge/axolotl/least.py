"""Numbers below which a run dies though Axolotl takes them; the rows of least.toml, typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from wizard.domain.plan import Plan
from wizard.domain.values import mapping
from wizard.knowledge.load import toml


@dataclass(frozen=True, slots=True)
class Least:
    """One row; the head of least.toml explains each field."""

    key: str
    least: int
    when: str
    of: tuple[str, ...] = ()
    method: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The key of the file that it stands under."""
        return self.key.partition(".")[0]

    def below(self, plan: Plan, rl: str | None) -> int | float | None:
        """The number that is too small, where it is read; None where none is. `rl`: the plan's method."""
        block, _, inner = self.key.rpartition(".")
        written = mapping(plan, block).get(inner) if block else plan.get(self.key)
        off = self.of and not any(plan.get(key) for key in self.of)
        if off or (self.method and rl not in self.method):
            return None
        for one in written if isinstance(written, list) else [written]:
            if isinstance(one, (int, float)) and not isinstance(one, bool) and one < self.least:
                return one
        return None


@cache
def least() -> tuple[Least, ...]:
    """All rows."""
    rows = toml("axolotl/least")["least"]
    return tuple(
        Least(row["key"], row["least"], row["when"], tuple(row.get("of", ())), tuple(row.get("method", ())))
        for row in rows
    )
