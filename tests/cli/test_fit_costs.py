"""`memwizard fit --budget`, and the prices of the map."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.command import run
from wizard.knowledge.prices import dated, price


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    row = {"instruction": "say it " * 20, "input": "", "output": "so be it " * 60}
    path.write_text((json.dumps(row) + "\n") * 400, encoding="utf-8")
    return path


def test_the_cheapest_of_every_gpu_with_a_price_comes_first(data: Path) -> None:
    done = run("fit", "--model", "Qwen/Qwen3-0.6B", "--data", data, "--budget", "20", "--json")
    rows = done.rows()
    assert done.code == 0
    most = [
        min(one["high"] for one in (row["usd"], row["spot_usd"]) if one is not None) for row in rows if row["hours"]
    ]
    assert len(most) > 10
    assert most == sorted(most)
    assert {row["within"] for row in rows if row["hours"]} == {True}


def test_one_gpu_is_told_with_hours_dollars_and_how_rough_it_is(data: Path) -> None:
    done = run("fit", "--model", "Qwen/Qwen3-0.6B", "--data", data, "--gpu", "h200", "--budget", "20")
    offer = price("h200", 1)
    assert offer is not None
    assert f"({offer.cloud})" in done.out
    assert f"({offer.spot_cloud})" in done.out
    assert f"catalogue, read in {dated()}" in done.out
    assert done.code == 0


def test_twice_the_rows_cost_twice_as_much(data: Path) -> None:
    def dollars() -> float:
        given = ("--model", "Qwen/Qwen3-0.6B", "--data", data, "--gpu", "h200", "--length", "512", "--budget", "9")
        found: float = run("fit", *given, "--json").row()["usd"]["high"]
        return found

    once = dollars()
    data.write_text(data.read_text(encoding="utf-8") * 8, encoding="utf-8")
    assert dollars() == pytest.approx(8 * once, rel=0.15)


def test_over_the_budget_is_an_exit_code(data: Path) -> None:
    given = ("fit", "--model", "Qwen/Qwen3-0.6B", "--data", data, "--gpu", "h200")
    done = run(*given, "--budget", "0.0000001")
    assert done.code == 1
    assert "Nothing is within" in done.out


def test_data_that_are_not_here_and_gpus_without_a_price_are_unknown(tmp_path: Path, data: Path) -> None:
    done = run("fit", "--model", "Qwen/Qwen3-0.6B", "--gpu", "h200", "--budget", "20")
    assert "is not known" in done.out
    assert done.code == 1
    row = run("fit", "--model", "Qwen/Qwen3-0.6B", "--data", data, "--gpu", "t4", "--budget", "20", "--json").row()
    assert (row["hour_usd"], row["usd"], row["within"]) == (None, None, None)
    assert row["hours"] is not None


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--budget", "20"), "--budget needs a FILE or a --model"),
        (("--model", "Qwen/Qwen3-0.6B", "--budget", "0"), "0"),
        (("--model", "Qwen/Qwen3-0.6B", "--budget", "20", "-o", "a.yml"), "--budget only tells"),
    ],
)
def test_what_makes_no_sense_is_refused(given: tuple[str, ...], says: str) -> None:
    done = run("fit", *given)
    assert done.code == 2
    assert says in done.err


def test_the_map_has_a_price_for_each_gpu() -> None:
    given = ("fit", "--map", "--model", "Qwen/Qwen3-0.6B", "--against", "gpus", "--gpu", "rtx-4090,t4")
    assert "  t4: unknown" in run(*given).out
    rows = list(csv.DictReader(io.StringIO(run(*given, "--csv").out)))
    offer = price("rtx-4090", 1)
    assert offer is not None
    assert {row["hour_usd"] for row in rows if row["gpu"] == "rtx-4090"} == {str(offer.hour)}
    assert {row["hour_usd"] for row in rows if row["gpu"] == "t4"} == {""}
