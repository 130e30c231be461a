"""The estimate against the truth: errors of rows and of groups of rows.

An error is estimate / truth - 1: below 0 the estimate promised too little memory, which is the unsafe side.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.accuracy.rows import Row
from wizard.domain.estimate import Estimate
from wizard.domain.units import MIB
from wizard.memory import estimate_of
from wizard.memory.gradients import gradient_bytes

GROUPS = ("method", "loss", "checkpointing", "attention", "optimizer", "model", "sharding")


@dataclass(frozen=True, slots=True)
class Scored:
    """A row and what was estimated for it."""

    row: Row
    estimate: Estimate

    @property
    def likely(self) -> int:
        """The likely figure for what the row tells: its training, or its loading."""
        return self.estimate.phases["load"] if self.row.phase == "load" else self.estimate.allocated.likely

    @property
    def error(self) -> float:
        """Of the likely figure."""
        return self.likely / self.row.bytes - 1

    @property
    def inside(self) -> bool:
        """Whether the truth lies in the range, whose low end is the training's."""
        return (self.row.phase == "load" or self.estimate.allocated.low <= self.row.bytes) and self.covered

    @property
    def covered(self) -> bool:
        """Whether the high figure, by which `fits` is judged, is enough."""
        return self.row.bytes <= self.estimate.allocated.high


@dataclass(frozen=True, slots=True)
class Summary:
    """Of a group: sizes of errors, the worst underestimate (0 or less), and two shares of rows."""

    count: int
    median: float
    p95: float
    worst: float
    under: float
    inside: float
    covered: float


@dataclass(frozen=True, slots=True)
class PartError:
    """One part (weights, gradients, optimizer) of one row: the error of its bytes, and that as a share of the peak."""

    row: Row
    part: str
    error: float
    of_peak: float


def score(rows: Iterable[Row]) -> list[Scored]:
    """An estimate for each row."""
    return [Scored(row, estimate_of(row.settings, row.model)) for row in rows]


def spread(errors: Sequence[float]) -> tuple[float, float, float, float]:
    """Median, 95th percentile and largest of the errors' sizes, and the lowest error or 0."""
    sizes = sorted(map(abs, errors))
    return statistics.median(sizes), sizes[min(len(sizes) - 1, int(0.95 * len(sizes)))], sizes[-1], min(0.0, *errors)


def summary(scored: Sequence[Scored]) -> Summary:
    """Of at least one row."""
    count = len(scored)
    return Summary(
        count,
        *spread([one.error for one in scored]),
        inside=sum(one.inside for one in scored) / count,
        covered=sum(one.covered for one in scored) / count,
    )


def grouped(scored: Sequence[Scored], name: str) -> list[tuple[str, list[Scored]]]:
    """The rows by one of their labels, in alphabetical order."""
    values = sorted({one.row.labels[name] for one in scored})
    return [(value, [one for one in scored if one.row.labels[name] == value]) for value in values]


def part_errors(scored: Iterable[Scored]) -> list[PartError]:
    """The parts that the rows know. Weights count the adapter's too.

    A part is held against its own size, or 1 MiB where it is smaller.
    """
    found = []
    for one in scored:
        for part, size in _parts(one).items():
            known = one.row.parts.get(part)
            if known is not None:
                gap = size() - known
                found.append(PartError(one.row, part, gap / max(known, MIB), gap / one.row.bytes))
    return found


def _parts(one: Scored) -> dict[str, Callable[[], float]]:
    made = one.estimate.components
    gradients: dict[str, Callable[[], float]] = {"grads": lambda: gradient_bytes(one.row.model, one.row.settings)}
    if one.estimate.peak_phase == "load":  # before there is an adapter or a state
        return gradients
    return {
        "weights": lambda: made["weights"] + made["adapter"],
        **gradients,
        "optimizer": lambda: made["optimizer"],
    }
