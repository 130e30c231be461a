"""Whether memory grows from step to step without end, and which step will be the last: from a run that still lives."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from wizard.domain.units import MIB

Point = tuple[int, int]
"""A step, and the bytes that were held after it."""
LEAST = 24
"""Points below which nothing is said."""
_BLOCKS, _MOST = 8, 240
_LEAST_RISE, _LEAST_SHARE = 256 * MIB, 0.02
_CURVED = (0.08, 0.3)
"""Share by which the second half's slope may be below the first's, by how far the points lie apart: what only fills up
grows more and more slowly.
"""
_JUMPS = 10
"""New highs below which it may be what PyTorch keeps for later, which rises in few jumps: the least rise of a leak is
twelve of its segments of 20 MiB (ATen CUDACachingAllocator.cpp, `kLargeBuffer`).
"""
_NOISE = 4.0
"""How often the rise has to hold the usual distance of a point from the line."""
_LONG, _NEAR, _FAR = 54, 3.0, 7.0
"""How often what is left to the limit may hold the rise so far: of fewer points than `_LONG`, and of more. What looks
like a line for a while may be the beginning of a curve.
"""


@dataclass(frozen=True, slots=True)
class Leak:
    """`slope`: bytes a step. `last`: the step that is likely the last, None where the limit is not known."""

    slope: float
    last: int | None
    now: int
    limit: int | None


def leak(points: Sequence[Point], limit: int | None) -> Leak | None:
    """The growth of a run, by a line through the medians of slopes; None where there is none that lasts.

    The first tenth is left out: caches fill, and optimizer states come. It has to rise through eight parts of what is
    left (but for one, and not in the last), as fast in the second half as in the first, and by more than the points
    lie apart: a longer batch is a peak, and what PyTorch keeps for later rises in a few jumps that become rare.
    """
    found = _thinned([*points][len(points) // 10 :])
    if len(found) < LEAST or len({step for step, _ in found}) < LEAST:
        return None
    middles = _middles(found)
    rises = [later > earlier for earlier, later in itertools.pairwise(middles)]
    if sum(rises) < _BLOCKS - 2 or not all(rises[-2:]):
        return None
    highs = [*itertools.accumulate((held for _, held in found), max)]
    if sum(later > earlier for earlier, later in itertools.pairwise(highs)) < _JUMPS:
        return None
    half = len(found) // 2
    slope, early, late = theil_sen(found), theil_sen(found[:half]), theil_sen(found[half:])
    if slope <= 0 or early <= 0:
        return None
    base = median(held - slope * step for step, held in found)
    apart = median(abs(held - slope * step - base) for step, held in found)
    first, last = found[0][0], found[-1][0]
    rise, level = slope * (last - first), middles[0]
    unsure = 4 * apart / rise / (len(found) / _BLOCKS) ** 0.5
    if late < early * (1 - min(max(unsure, _CURVED[0]), _CURVED[1])):
        return None
    if rise < max(_LEAST_RISE, _LEAST_SHARE * level, _NOISE * apart):
        return None
    if limit is not None and limit - found[-1][1] > rise * (_FAR if len(found) >= _LONG else _NEAR):
        return None
    slope = _steady(slope, late)
    base = median(held - slope * step for step, held in found[half:])
    end = None if limit is None else max(last, int((limit - base) / slope))
    return Leak(slope, end, found[-1][1], limit)


def _steady(slope: float, late: float) -> float:
    """The slope of all of it; of its second half, where that is another: then it is the better guide."""
    return slope if abs(late - slope) <= 0.25 * slope else late


def theil_sen(points: Sequence[Point]) -> float:
    """The median of the slopes between each point and the one half of them further on, in bytes a step.

    Sen 1968; half of the points may be anything before it is far off.
    """
    half = len(points) // 2
    slopes = [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for gap in {half, max(1, half - 1), max(1, half // 2), half + half // 2}
        for earlier, later in zip(points, points[gap:], strict=False)
        if later[0] > earlier[0]
    ]
    return median(slopes) if slopes else 0.0


def _middles(points: Sequence[Point]) -> list[float]:
    size = len(points) / _BLOCKS
    return [median(held for _, held in points[int(size * one) : int(size * (one + 1))]) for one in range(_BLOCKS)]


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    """So many that a look at them takes no time: of each stretch the median."""
    if len(points) <= _MOST:
        return points
    size = len(points) / _MOST
    parts = [points[int(size * one) : int(size * (one + 1))] for one in range(_MOST)]
    return [(int(median(step for step, _ in part)), int(median(held for _, held in part))) for part in parts]


@dataclass(slots=True)
class Series:
    """Points as they come, in bounded memory: of very many every second, fourth, ... is kept."""

    points: list[Point]
    _every: int = 1
    _seen: int = 0

    def add(self, step: int, held: int) -> None:
        """One more."""
        self._seen += 1
        if self._seen % self._every == 0:
            self.points.append((step, held))
        if len(self.points) >= 2048:
            self.points = self.points[::2]
            self._every *= 2
