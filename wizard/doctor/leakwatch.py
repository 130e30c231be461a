"""When something is to be said of a leak: once it is seen, when the forecast changes, and before the limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from wizard.doctor.leak import Leak, Point, Series, leak

Where = Literal["gpu", "host"]
_CHANGED, _NEAR = 0.1, 0.05
"""Share by which a forecast has to change to be said again, and of the way that is left when it is said for the last
time.
"""


@dataclass(frozen=True, slots=True)
class LeakSaid:
    """A forecast to be told: where, of which run, and whether the limit is near. `step`: finished; `steps`: of all."""

    where: Where
    leak: Leak
    step: int
    steps: int | None
    near: bool


@dataclass(slots=True)
class LeakWatch:
    """What one run holds, step by step. `limits`: bytes, None where not known."""

    limits: dict[Where, int | None] = field(default_factory=dict)
    series: dict[Where, Series] = field(default_factory=lambda: {"gpu": Series([]), "host": Series([])})
    ahead: bool = False
    """Whether a step before the end is likely the last."""
    _told: dict[Where, LeakSaid] = field(default_factory=dict)
    _looked: int = 0

    def looks(self, step: int, steps: int | None, logged: Sequence[Point]) -> tuple[LeakSaid, ...]:
        """What is to be said after a step. `logged`: of the GPU, by Axolotl's own lines: where there are any, NVML's
        figure, which has in it what PyTorch keeps for later, is not asked.
        """
        if step < self._looked + max(1, self._looked // 50):
            return ()
        self._looked = step
        rows: dict[Where, Sequence[Point]] = {
            "gpu": logged or self.series["gpu"].points,
            "host": self.series["host"].points,
        }
        found = [self._of(where, points, step, steps) for where, points in rows.items()]
        return tuple(one for one in found if one is not None)

    def _of(self, where: Where, points: Sequence[Point], step: int, steps: int | None) -> LeakSaid | None:
        seen = leak(points, self.limits.get(where))
        if seen is None or seen.last is None or (steps is not None and seen.last >= steps):
            return None
        self.ahead = True
        near = seen.last - step <= max(5, _NEAR * seen.last)
        said = LeakSaid(where, seen, step, steps, near)
        before = self._told.get(where)
        if before is not None and before.leak.last is not None:
            moved = abs(seen.last - before.leak.last) > _CHANGED * before.leak.last
            if not (moved or (near and not before.near)):
                return None
        self._told[where] = said
        return said
