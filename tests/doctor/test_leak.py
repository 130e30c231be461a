"""The forecast of a leak: true where memory grows, silent where it does not, on made traces with noise."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import pytest

from wizard.doctor.leak import Point, Series, leak
from wizard.doctor.leakwatch import LeakSaid, LeakWatch
from wizard.doctor.listener import Listener
from wizard.domain.units import GIB

CLEAN = ("even", "long rows", "kept for later", "filling up", "collected", "jumps", "two lengths", "drifting")


def clean(kind: str, seed: int) -> list[Point]:
    """A run that leaks nothing, as allocators look."""
    dice = random.Random(f"{kind} {seed}")
    steps, base = dice.choice([100, 300, 1000]), dice.uniform(4, 60) * GIB
    return [(step, int(held)) for step, held in enumerate(_held(kind, dice, steps, base), 1)]


def _held(kind: str, dice: random.Random, steps: int, base: float) -> Iterator[float]:
    most = base
    drift = 0.0
    for step in range(1, steps + 1):
        drift = 0.95 * drift + dice.gauss(0, 0.01) * base
        long_row = dice.paretovariate(3) - 1
        most = max(most, base * (1 + 0.1 * long_row))
        yield {
            "even": base * (1 + dice.gauss(0, 0.002)),
            "long rows": base * (1 + 0.1 * long_row),
            "kept for later": most,
            "filling up": base * (1 + 0.3 * (1 - math.exp(-8 * step / steps)) + dice.gauss(0, 0.003)),
            "collected": base * (1 + 0.05 * (step % 37) / 37 + dice.gauss(0, 0.002)),
            "jumps": base * (1 + 0.03 * sum(step > steps * one / 7 for one in (1, 3, 5))),
            "two lengths": base * (1 + dice.choice([0, 0, 0, 0.2, 0.4])),
            "drifting": base + drift,
        }[kind]


def leaking(seed: int, noise: float) -> tuple[list[Point], int, int]:
    """A trace up to a third of its way, the limit, and the step that meets it."""
    dice = random.Random(f"leak {seed}")
    base, last = dice.uniform(10, 40) * GIB, dice.choice([150, 293, 412, 1000])
    limit = base * dice.uniform(1.3, 8)
    held = [base + (limit - base) * step / last + dice.gauss(0, noise) * base for step in range(1, last // 3 + 1)]
    return [(step, int(one)) for step, one in enumerate(held, 1)], int(limit), last


def test_of_clean_runs_at_most_one_in_a_hundred_is_called_a_leak() -> None:
    """Looked at again and again through all of each run, with a third more memory than it ever took."""
    called = []
    for number in range(200):
        trace = clean(CLEAN[number % len(CLEAN)], number)
        limit = int(max(held for _, held in trace) * 1.3)
        every = max(5, len(trace) // 40)
        found = (leak(trace[:seen], limit) for seen in range(20, len(trace) + 1, every))
        if any(one is not None and one.last is not None and one.last < len(trace) for one in found):
            called.append(CLEAN[number % len(CLEAN)])
    assert len(called) <= 2, called


@pytest.mark.parametrize("noise", [0.0, 0.003, 0.01])
def test_at_a_third_of_the_way_the_last_step_is_known_within_a_tenth(noise: float) -> None:
    for seed in range(60):
        trace, limit, last = leaking(seed, noise)
        found = leak(trace, limit)
        assert found is not None, seed
        assert found.last == pytest.approx(last, rel=0.1), seed


def test_24_to_260_gib_in_293_steps() -> None:
    """As axolotl#3638 tells it: seen after a fifth of its way."""
    slope = 236 / 293
    points = [(step, int((24 + slope * step) * GIB)) for step in range(1, 61)]
    found = leak(points, int((24 + slope * 293) * GIB))
    assert found is not None
    assert found.last == pytest.approx(293, abs=2)
    assert found.slope == pytest.approx(slope * GIB, rel=0.01)


def test_what_is_too_short_or_has_no_limit() -> None:
    points = [(step, step * GIB) for step in range(1, 200)]
    assert leak(points[:20], 300 * GIB) is None
    found = leak(points, None)
    assert found is not None
    assert found.last is None
    assert leak([], 1) is None
    assert leak([(1, GIB)] * 500, 2 * GIB) is None


def test_a_series_is_bounded() -> None:
    series = Series([])
    for step in range(100_000):
        series.add(step, step)
    assert 512 < len(series.points) < 2048
    assert series.points == sorted(series.points)


def test_it_is_said_once_then_when_it_changes_and_before_the_limit() -> None:
    watch, said = LeakWatch({"gpu": 200 * GIB, "host": None}), list[LeakSaid]()
    for step in range(1, 200):
        watch.series["gpu"].add(step, step * GIB)
        said += watch.looks(step, 1000, ())
    assert [one.near for one in said] == [False, True]
    assert said[0].step < 200 / 3
    assert all(one.leak.last == 200 for one in said)
    assert watch.ahead


def test_a_run_that_ends_before_its_limit_is_left_in_peace() -> None:
    watch = LeakWatch({"gpu": 200 * GIB, "host": 100 * GIB})
    for step in range(1, 150):
        watch.series["host"].add(step, step * GIB // 2)
        assert watch.looks(step, 190, [(one, one * GIB) for one in range(step)]) == ()
    assert not watch.ahead


def test_steps_are_counted_by_the_loss_where_no_bar_is_drawn() -> None:
    heard = Listener("log")
    assert [heard.course.finished] == [None]
    for number in range(1, 4):
        heard.takes(number, "{'loss': '8.9', 'grad_norm': '30'}")
    assert [heard.course.finished] == [3]
    heard.takes(5, " 88%|████| 7/8 [00:01<00:02,  1.00s/it]")
    assert heard.course.finished == 7
