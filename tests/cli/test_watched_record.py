"""What came of real Axolotl runs on a CPU under `memwizard run`: `python -m scripts.watched PYTHON` keeps it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.watched.ways import ENDINGS

PATH = Path(__file__).with_name("record") / "watched.jsonl"
ROWS: dict[str, dict[str, Any]] = {
    row["name"]: row for row in map(json.loads, PATH.read_text(encoding="utf-8").splitlines())
}
CODES = {
    "trains-to-the-end": 0, "terminal-of-no-size": 0, "smoke": 0, "torchrun": 0, "refused": 1, "fails": 1,
    "sigterm": 143, "sighup": 129, "memwizard-killed": 137, "terminal-gone": -9, "keeper-killed": 137,
    "axolotl-killed": 137, "torchrun-killed": 137,
}  # fmt: skip


def test_each_way_was_tried() -> None:
    assert list(ROWS) == [one.name for one in ENDINGS]


@pytest.mark.parametrize("name", ROWS)
def test_nothing_of_it_is_left(name: str) -> None:
    assert (ROWS[name]["left"], ROWS[name]["half_written"]) == (0, 0)


@pytest.mark.parametrize("name", CODES)
def test_its_exit_code_is_its_own(name: str) -> None:
    assert ROWS[name]["exit_code"] == CODES[name]


@pytest.mark.parametrize("name", ["ctrl-c", "sigint", "memwizard-killed"])
def test_an_interrupt_lets_axolotl_save_its_model(name: str) -> None:
    assert ROWS[name]["model_saved"]


@pytest.mark.parametrize("name", ["trains-to-the-end", "terminal-of-no-size", "torchrun"])
def test_all_phases_are_in_the_receipt(name: str) -> None:
    receipt = ROWS[name]["receipt"]
    assert (receipt["steps"], receipt["exit_code"]) == (8, 0)
    assert {"start", "load", "step", "evaluation", "save"} <= set(receipt["phases"])


def test_the_try_says_yes() -> None:
    (said,) = [line for line in ROWS["smoke"]["said"] if line.startswith("yes: ")]
    assert "3 steps with full rows, an evaluation and a save went through" in said


def test_what_is_not_started_leaves_no_receipt() -> None:
    assert ROWS["refused"]["receipt"] is None
