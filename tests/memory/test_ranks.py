"""Loading and training on several GPUs, as simulated with the real functions of Axolotl, accelerate and torch."""

from __future__ import annotations

import statistics

import pytest

from benchmarks.accuracy.rows import ROOT, Row, read_all
from benchmarks.accuracy.score import Scored, score

ROWS, APART = read_all([ROOT / "truth" / "ranks.jsonl"])


def _loading(row: Row) -> bool:
    return row.phase == "load"


@pytest.mark.parametrize("loading", [True, False], ids=["loading", "training"])
def test_simulated_rows_are_met(loading: bool) -> None:
    found = score(row for row in ROWS if _loading(row) is loading)
    errors = sorted(one.error for one in found)
    assert statistics.median(map(abs, errors)) < 0.02
    assert max(map(abs, errors)) < 0.08
    assert errors[0] > -0.03
    assert all(one.covered for one in found)


def test_every_way_to_load_and_to_divide_is_there() -> None:
    assert not APART
    assert {row.kind for row in ROWS} == {"ranks"}
    ways = {(str(row.plan.get("base_model")), *row.id.partition("/ranks-")[2].split("/")[0].split("-")) for row in ROWS}
    loaded = {(way[1], way[2]) for way in ways}
    assert {(bits, kind) for bits in ("4bit", "16bit") for kind in ("fsdp1", "fsdp2", "zero3")} <= loaded
    assert {("8bit", "fsdp2"), ("8bit", "zero3")} <= loaded
    assert {row.labels["sharding"].rpartition(" ")[2] for row in ROWS} == {"2", "8"}
    trained = {row.labels["method"] for row in ROWS if not _loading(row)}
    assert trained == {"full", "lora", "qlora", "int8"}


def test_a_row_of_loading_is_held_against_the_loading() -> None:
    (row,) = [row for row in ROWS if row.id == "Llama-3.1-70B/ranks-4bit-fsdp2-on-2/load"]
    (one,) = score([row])
    assert isinstance(one, Scored)
    assert one.likely == one.estimate.phases["load"]
