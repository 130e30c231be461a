"""What came of real Axolotl runs on a CPU under `memwizard run`: `python -m scripts.watched PYTHON` keeps it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.watched.ways import ENDINGS

FILES = sorted(Path(__file__).with_name("record").glob("watched-*.jsonl"))
ROWS: dict[tuple[str, str], dict[str, Any]] = {
    (row["axolotl"], row["name"]): row
    for path in FILES
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
}
VERSIONS = {version for version, _ in ROWS}
EVERYWHERE = ("trains-to-the-end", "smoke", "fails", "ctrl-c", "sigterm", "memwizard-killed", "axolotl-killed")
CODES = {
    "trains-to-the-end": 0, "terminal-of-no-size": 0, "smoke": 0, "torchrun": 0, "refused": 1, "fails": 1,
    "sigterm": 143, "sighup": 129, "memwizard-killed": 137, "terminal-gone": -9, "keeper-killed": 137,
    "axolotl-killed": 137, "torchrun-killed": 137,
}  # fmt: skip


def named(*names: str) -> list[Any]:
    """These ways of each version that were tried."""
    return [pytest.param(row, id=" ".join(key)) for key, row in ROWS.items() if key[1] in names]


def test_each_way_was_tried() -> None:
    assert {"0.19.0", "0.21.0"} == VERSIONS
    assert [name for version, name in ROWS if version == "0.21.0"] == [one.name for one in ENDINGS]
    assert {(version, name) for version in VERSIONS for name in EVERYWHERE} <= ROWS.keys()


@pytest.mark.parametrize("row", named(*(one.name for one in ENDINGS)))
def test_nothing_of_it_is_left(row: dict[str, Any]) -> None:
    assert (row["left"], row["half_written"]) == (0, 0)


@pytest.mark.parametrize("row", named(*CODES))
def test_its_exit_code_is_its_own(row: dict[str, Any]) -> None:
    assert row["exit_code"] == CODES[row["name"]]


@pytest.mark.parametrize("row", named("ctrl-c", "sigint", "memwizard-killed"))
def test_an_interrupt_lets_axolotl_save_its_model(row: dict[str, Any]) -> None:
    assert row["model_saved"]


@pytest.mark.parametrize("row", named("trains-to-the-end", "terminal-of-no-size", "torchrun"))
def test_all_phases_are_in_the_receipt(row: dict[str, Any]) -> None:
    receipt = row["receipt"]
    assert (receipt["steps"], receipt["exit_code"]) == (8, 0)
    assert {"start", "load", "step", "evaluation", "save"} <= set(receipt["phases"])


@pytest.mark.parametrize("row", named("smoke"))
def test_the_try_says_yes(row: dict[str, Any]) -> None:
    (said,) = [line for line in row["said"] if line.startswith("yes: ")]
    assert "3 steps with full rows, an evaluation and a save went through" in said


@pytest.mark.parametrize("row", named("refused"))
def test_what_is_not_started_leaves_no_receipt(row: dict[str, Any]) -> None:
    assert row["receipt"] is None
