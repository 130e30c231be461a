"""From what was counted to one table, with the limits beside it."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FIRST, DIGIT, FLIP, ARROW, TAB = "first screen", "digit", "digit, fit flips", "arrow", "Tab"
STEP, PALETTE, IDLE = "step change", "palette", "idle"
KEYS_SCREEN, SOUGHT, MORE, DIVISION = "every key (F8)", "a letter there", "more (F9)", "step of GPUs"
ROWS, RELEARNED, STRANGER = "rows appear", "rows re-marked", "unknown model"
EVENTS = (
    FIRST, DIGIT, FLIP, ARROW, TAB, STEP, PALETTE, KEYS_SCREEN, SOUGHT, MORE, DIVISION, ROWS, RELEARNED, STRANGER, IDLE,
)  # fmt: skip

# the limits hold on a terminal of 80x24 with 256 colours
BYTES = {
    FIRST: 6_000, DIGIT: 600, FLIP: 600, ARROW: 600, TAB: 5_000, STEP: 4_000, IDLE: 0,
    KEYS_SCREEN: 6_000, SOUGHT: 1_500, MORE: 4_000, DIVISION: 4_000, ROWS: 4_000, RELEARNED: 1_000, STRANGER: 4_000,
}  # fmt: skip
KEYS = (DIGIT, FLIP, ARROW, TAB, STEP)
KEY_P95 = 50.0  # milliseconds
FIRST_RATIO = 1.5  # of the plain form's median


@dataclass(frozen=True, slots=True)
class Sample:
    """One event: its bytes, and the milliseconds to the last of them (None where time says nothing)."""

    event: str
    size: int
    milliseconds: float | None


@dataclass(frozen=True, slots=True)
class Figure:
    """All samples of one event."""

    size: float
    median: float | None
    high: float | None


def p95(values: Sequence[float]) -> float:
    """The smallest value that 95 of 100 do not exceed."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def figures(samples: Iterable[Sample]) -> dict[str, Figure]:
    """Median bytes, median and 95th percentile of milliseconds, for each event."""
    groups: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        groups[sample.event].append(sample)
    found = {}
    for event, group in groups.items():
        times = [sample.milliseconds for sample in group if sample.milliseconds is not None]
        size = statistics.median(sample.size for sample in group)
        found[event] = Figure(size, statistics.median(times) if times else None, p95(times) if times else None)
    return found


def time_limit(event: str, form: Figure | None) -> float | None:
    """The milliseconds allowed: of the median for the first screen, of the 95th percentile for a key."""
    if event == FIRST:
        return None if form is None or form.median is None else FIRST_RATIO * form.median
    return KEY_P95 if event in KEYS else None


def verdict(event: str, own: Figure, form: Figure | None) -> str:
    """Which limits are exceeded: `"over: bytes, ms"`, or empty."""
    exceeded = []
    if event in BYTES and own.size > BYTES[event]:
        exceeded.append("bytes")
    limit, time = time_limit(event, form), own.median if event == FIRST else own.high
    if limit is not None and time is not None and time > limit:
        exceeded.append("ms")
    return f"over: {', '.join(exceeded)}" if exceeded else ""


HEAD = (
    f"{'':18}{'memwizard':>36}{'plain form':>33}",
    f"{'':18}{'bytes':>9}{'limit':>9}{'ms':>7}{'p95':>7}{'limit':>7}{'bytes':>12}{'ms':>7}{'p95':>7}",
)


def chapter(name: str, own: Mapping[str, Figure], form: Mapping[str, Figure], limits: bool) -> list[str]:
    """The rows of one terminal."""
    lines = [name]
    for event in EVENTS:
        if event not in own:
            continue
        mine, other = own[event], form.get(event)
        most = BYTES.get(event) if limits else None
        cells = [cell(mine.size, 9), cell(most, 9), cell(mine.median, 7), cell(mine.high, 7)]
        cells.append(cell(time_limit(event, other) if limits else None, 7))
        cells += [cell(other.size if other else None, 12), cell(other.median if other else None, 7)]
        cells.append(cell(other.high if other else None, 7))
        lines.append(f"  {event:16}{''.join(cells)}  {verdict(event, mine, other) if limits else ''}".rstrip())
    return lines


def cell(value: float | None, width: int) -> str:
    """A whole number at the right; a dash for none."""
    return f"{'–' if value is None else f'{value:,.0f}':>{width}}"
