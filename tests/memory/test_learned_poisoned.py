"""Ten thousand rows that somebody wrote into the history: read by the real reader, taught to the real narrowing."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.memory.test_learned import GIB, ORDER, OWN, runs
from tests.world.test_receipts import ONE
from wizard.domain.estimate import Estimate, Range
from wizard.domain.receipt import as_row
from wizard.memory.learned import learned, residuals
from wizard.world.receipts import Receipts

ROWS, TIMES = 10_000, 100
VALUES: tuple[object, ...] = (
    0, -1, 1, True, None, "", "1000", 1e308, float("nan"), float("inf"), 2**63, -(2**70), [], {}, [[1]], "\x00",
    "x" * 500,
)  # fmt: skip


def _honest(row: dict[str, object], dice: random.Random) -> str:
    row["allocated_bytes"] = int(1000 * dice.gauss(1, 0.01))
    return json.dumps(row)


def _small(row: dict[str, object], dice: random.Random) -> str:
    """A run that needed next to nothing of what was forecast."""
    row["allocated_bytes"] = int(1000 * dice.choice([0.0, 0.001, 0.2501, 0.26, 0.5, 0.9]))
    return json.dumps(row)


def _forecast_high(row: dict[str, object], dice: random.Random) -> str:
    row["forecast_bytes"] = [1, dice.randrange(1, 4000), 2**50]
    return json.dumps(row)


def _wrong(row: dict[str, object], dice: random.Random) -> str:
    for _ in range(dice.randint(1, 4)):
        row[dice.choice([*row])] = dice.choice(VALUES)
    return json.dumps(row)


def _cut(row: dict[str, object], dice: random.Random) -> str:
    text = json.dumps(row)
    return text[: dice.randrange(len(text))]


def _no_row(row: dict[str, object], dice: random.Random) -> str:
    return dice.choice(["null", "[]", "[" * 20_000, "{" * 500, "1" * 5000, "\ufeff{}", "\x00\x01", '{"begun": "a"}'])


POISONS: tuple[Callable[[dict[str, object], random.Random], str], ...] = (
    _honest, _small, _forecast_high, _wrong, _cut, _no_row,
)  # fmt: skip


def _lines(dice: random.Random, count: int, kinds: tuple[int, ...]) -> list[str]:
    """Rows of like runs, of many settings and of few, each spoilt in one way."""
    settings = dice.choice([5, 30, count])
    made = []
    for _ in range(count):
        row = as_row(replace(ONE, forecast=(900, 1000, 1100), allocated=1000, digest=str(dice.randrange(settings))))
        made.append(dice.choices(POISONS, kinds)[0](row, dice))
    return made


def _taught(folder: Path, lines: list[str]) -> tuple[float, ...]:
    store = Receipts(folder)
    store.path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return residuals(store.all(), ONE.like)


def _estimates(dice: random.Random) -> Estimate:
    low, likely, high = sorted(int(dice.uniform(1, 40) * GIB) for _ in range(3))
    beside = int(dice.uniform(0, 2) * GIB)
    return replace(
        OWN, allocated=Range(low, likely, high), device=Range(low + beside, likely + beside, high + 2 * beside)
    )


def test_none_makes_a_plan_fit_that_did_not(tmp_path: Path) -> None:
    """Each hundred rows a store of its own, of one kind of poison the most; asked at the edges of each verdict too."""
    dice = random.Random(15)
    better, taught, narrowed = [], 0, 0
    for _ in range(TIMES):
        kinds = tuple(dice.choice([0, 1, 10]) for _ in POISONS)
        ratios = _taught(tmp_path, _lines(dice, ROWS // TIMES, kinds if any(kinds) else (1,) * len(POISONS)))
        taught += bool(ratios)
        for _ in range(20):
            own = _estimates(dice)
            device = own.device
            edges = [bound + more for bound in (device.low, device.likely, device.high) for more in (-1, 0, 1)]
            for free in (*edges, dice.randrange(1, 60 * GIB), 0):
                found = learned(own, ratios, free)
                narrowed += found.device.high < device.high
                assert own.allocated.low <= found.allocated.low <= found.allocated.likely <= found.allocated.high
                assert found.device.low <= found.device.likely <= found.device.high
                if ORDER.index(found.fit(free)) > ORDER.index(own.fit(free)):
                    better.append((ratios, own, free))
    assert better == []
    assert taught > TIMES // 3  # what is asked is asked of rows that do teach
    assert narrowed > 100


def test_all_ten_thousand_in_one_store(tmp_path: Path) -> None:
    dice = random.Random(16)
    ratios = _taught(tmp_path, _lines(dice, ROWS, (1,) * len(POISONS)))
    assert len(ratios) > 9
    for _ in range(2000):
        own, free = _estimates(dice), dice.randrange(1, 60 * GIB)
        assert ORDER.index(learned(own, ratios, free).fit(free)) <= ORDER.index(own.fit(free))


def test_rows_kept_aside_are_covered_as_well_among_broken_rows(tmp_path: Path) -> None:
    """Runs kept aside, one after another; what the others measured is read among rows that are none."""
    dice = random.Random(17)
    ratios = [dice.gauss(1.0, 0.02) for _ in range(120)]
    wide = narrow = smaller = 0
    for place, kept in enumerate(ratios):
        others = [json.dumps(as_row(one)) for one in runs(dice.sample(ratios[:place] + ratios[place + 1 :], 30))]
        broken = _lines(dice, 20, (0, 0, 0, 0, 1, 1))
        found = learned(OWN, _taught(tmp_path, dice.sample([*others, *broken], 50)), 40 * GIB)
        measured = kept * OWN.allocated.likely
        wide += OWN.allocated.low <= measured <= OWN.allocated.high
        narrow += found.allocated.low <= measured <= found.allocated.high
        smaller += found.allocated.high < OWN.allocated.high
    assert narrow >= wide
    assert smaller > 100
