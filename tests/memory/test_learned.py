"""What receipts teach: ranges that still cover, and never a verdict that is better than without them."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.command import run
from tests.world.test_receipts import ONE
from tests.world.test_run_parts import installed
from wizard.domain.estimate import Estimate, Range
from wizard.domain.receipt import Receipt, as_row
from wizard.memory.learned import LEAST, MEASURED, learned, residuals
from wizard.world.receipts import Receipts

GIB = 2**30
ORDER = ("over", "tight", "fits")
PRESET = Path(__file__).parents[2] / "presets" / "qlora-24gb.yml"
OWN = Estimate(
    allocated=Range(9 * GIB, 10 * GIB, 13 * GIB), device=Range(10 * GIB, 11 * GIB, 15 * GIB), nvidia_smi_bytes=12 * GIB,
    peak_phase="backward", phases={"backward": 10 * GIB}, components={"weights": 10 * GIB}, trainable=1, host={},
    host_need=Range(0, 0, 0),
)  # fmt: skip


def runs(ratios: list[float], **changed: object) -> list[Receipt]:
    one = replace(ONE, forecast=(900, 1000, 1100), **changed)  # type: ignore[arg-type]
    return [replace(one, digest=str(n), allocated=int(1000 * ratio)) for n, ratio in enumerate(ratios)]


def test_like_runs_narrow_the_range_and_say_so() -> None:
    ratios = residuals(runs([0.99 + one / 500 for one in range(LEAST)]), ONE.like)
    found = learned(OWN, ratios, 40 * GIB)
    assert OWN.allocated.low < found.allocated.low < found.allocated.likely == OWN.allocated.likely
    assert found.allocated.likely < found.allocated.high < OWN.allocated.high
    assert OWN.device.high - found.device.high == OWN.allocated.high - found.allocated.high
    assert "narrowed" in found.learned
    assert OWN.fit(40 * GIB) == found.fit(40 * GIB) == "fits"


@pytest.mark.parametrize(
    "changed",
    [{"code": 1}, {"code": None}, {"steps": 1}, {"steps": None}, {"like": replace(ONE.like, loss="cut")},
     {"like": replace(ONE.like, torch="2.14.0")}, {"like": replace(ONE.like, machine="T4")}],
)  # fmt: skip
def test_other_runs_teach_nothing(changed: dict[str, object]) -> None:
    assert residuals(runs([1.0] * 20, **changed), ONE.like) == ()


def test_few_runs_and_the_same_settings_again_teach_nothing() -> None:
    assert residuals(runs([1.0] * (LEAST - 1)), ONE.like) == ()
    assert residuals([replace(one, digest="same") for one in runs([1.0] * 100)], ONE.like) == ()
    assert residuals(runs([1.0] * 20), replace(ONE.like, torch=None)) == ()
    assert residuals(runs([0.001] * 20), ONE.like) == ()
    assert learned(OWN, (), 40 * GIB) is OWN
    assert learned(OWN, (1.0, 1.0), None) is OWN


def test_a_verdict_is_not_made_better() -> None:
    ratios = residuals(runs([1.0] * 20), ONE.like)
    found = learned(OWN, ratios, 14 * GIB)  # narrowed, its high figure would be below what is free
    assert OWN.fit(14 * GIB) == found.fit(14 * GIB) == "tight"
    assert found.device.high == OWN.device.high
    assert "narrowed" in found.learned, "the low figure rose"
    assert found.causes == OWN.causes, "nothing makes it higher, so nothing is named as if it did"


def test_runs_that_took_more_raise_it() -> None:
    found = learned(OWN, residuals(runs([1.0 + one / 20 for one in range(12)]), ONE.like), 16 * GIB)
    assert found.allocated.high > OWN.allocated.high
    assert (OWN.fit(16 * GIB), found.fit(16 * GIB)) == ("fits", "tight")
    assert found.causes[-1].name == MEASURED
    assert "widened" in found.learned


def test_ten_thousand_poisoned_rows_make_nothing_fit() -> None:
    dice = random.Random(7)
    rows = runs([dice.choice([dice.uniform(0, 5), 0.2501, 1e-9, 3.99, dice.gauss(1, 0.01)]) for _ in range(10_000)])
    better = []
    for _ in range(1000):
        some = residuals(dice.sample(rows, dice.choice([9, 12, 40, 400])), ONE.like)
        low, likely, high = sorted(dice.uniform(1, 40) * GIB for _ in range(3))
        beside = int(dice.uniform(0, 2) * GIB)
        own = replace(
            OWN, allocated=Range(int(low), int(likely), int(high)),
            device=Range(int(low) + beside, int(likely) + beside, int(high) + 2 * beside),
        )  # fmt: skip
        free = int(dice.uniform(1, 50) * GIB)
        found = learned(own, some, free)
        assert own.allocated.low <= found.allocated.low <= found.allocated.likely <= found.allocated.high
        assert found.device.low <= found.device.likely <= found.device.high
        if ORDER.index(found.fit(free)) > ORDER.index(own.fit(free)):
            better.append((own, free))
    assert better == []
    assert learned(OWN, residuals(rows, ONE.like), 40 * GIB).device.high >= OWN.device.likely


def test_rows_kept_aside_are_covered_as_well_as_by_the_wide_range() -> None:
    """Of residuals as they are where the forecast is good, poor, and skewed; each run kept aside once."""
    dice = random.Random(3)
    for spread, skew in ((0.002, 0.0), (0.02, 0.0), (0.03, 0.01)):
        ratios = [1 + dice.gauss(0, spread) + dice.expovariate(1) * skew for _ in range(300)]
        wide = narrow = smaller = 0
        for place, kept in enumerate(ratios):
            seen = residuals(runs(dice.sample(ratios[:place] + ratios[place + 1 :], 30)), ONE.like)
            found = learned(OWN, seen, 40 * GIB)
            measured = kept * OWN.allocated.likely
            wide += OWN.allocated.low <= measured <= OWN.allocated.high
            narrow += found.allocated.low <= measured <= found.allocated.high
            smaller += found.allocated.high - found.allocated.low < OWN.allocated.high - OWN.allocated.low
        assert narrow >= wide
        assert smaller > 250


@pytest.fixture
def axolotl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path / "env", axolotl="0.21.0", torch="2.13.0")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "env"))


def estimated(gpu: str) -> dict[str, object]:
    return run("estimate", PRESET, "--gpu", gpu, "--json").row()


def stored(ratios: list[float], machine: str) -> None:
    like = replace(ONE.like, machine=machine, method="qlora bf16 adamw_bnb_8bit")
    rows = [as_row(replace(one, like=like)) for one in runs(ratios)]
    Receipts().path.parent.mkdir(parents=True, exist_ok=True)
    Receipts().path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_the_command_says_what_was_learned(axolotl: None) -> None:
    before = estimated("rtx-4090")
    stored([0.999, 1.001] * 10, "RTX 4090")
    after = estimated("rtx-4090")
    assert before["fit"] == after["fit"] == "fits"
    assert after["allocated_bytes"]["high"] < before["allocated_bytes"]["high"]  # type: ignore[index]
    assert "learned: the range is narrowed by what" in run("estimate", PRESET, "--gpu", "rtx-4090").out


@pytest.mark.parametrize("gpu", ["8GiB", "11.5GiB", "12GiB"])
def test_a_poisoned_store_makes_nothing_fit(axolotl: None, gpu: str) -> None:
    before = estimated(gpu)
    assert before["fit"] in ("over", "tight")
    title = str(before["gpu"]["name"])  # type: ignore[index]
    stored([0.26] * 5000 + [1.0] * 5000, title)
    assert estimated(gpu)["fit"] == before["fit"]
