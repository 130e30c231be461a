"""Prices: the cheapest offer of each accelerator, of the clouds that were read; what is not offered is not known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tomli

from scripts import prices as script
from tests.builders import machine
from wizard.domain.machine import Machine
from wizard.knowledge.gpus import gpus
from wizard.knowledge.load import toml
from wizard.knowledge.prices import Price, dated, offered, price, price_of

TABLE = """InstanceType,AcceleratorName,AcceleratorCount,vCPUs,Price,Region,SpotPrice
one,H100,1.0,8,{hour},a,{spot}
same,H100,1.0,8,9.5,b,
two,H100,2.0,8,,b,3.25
cpu,,,8,0.1,a,
free,L4,1,8,0,a,0.0
half,L4,0.5,8,0.2,a,
other,No-Such-GPU,1,8,1.0,a,
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    for cloud, hour, spot in (("dear", 4.0, ""), ("cheap", 2.5, 1.75)):
        folder = tmp_path / "catalogs" / "v8" / cloud
        folder.mkdir(parents=True)
        (folder / "vms.csv").write_text(TABLE.format(hour=hour, spot=spot), encoding="utf-8")
    return tmp_path


def test_the_script_keeps_the_cheapest_of_each_with_its_cloud(catalogue: Path) -> None:
    found = tomli.loads(script.page(catalogue, "2026-12", ["cheap=abc"]))
    assert found["date"] == "2026-12"
    assert found["clouds"] == ["cheap", "dear"]
    one = {"hour": 2.5, "cloud": "cheap", "spot": 1.75, "spot_cloud": "cheap"}
    assert found["offers"] == {"H100": {"1": one, "2": {"spot": 3.25, "spot_cloud": "cheap"}}}


def test_what_is_kept_names_accelerators_that_are_known_and_prices_above_nothing() -> None:
    kept, known = toml("prices"), {name for names in toml("skypilot")["accelerators"].values() for name in names}
    assert set(kept["offers"]) <= known
    for row in (row for rows in kept["offers"].values() for row in rows.values()):
        assert {"hour", "spot"} & set(row)
        assert all(row[key] > 0 for key in ("hour", "spot") if key in row)
        assert {row[key] for key in ("cloud", "spot_cloud") if key in row} <= set(kept["clouds"])
    assert re.fullmatch(r"20[0-9]{2}-[01][0-9]", dated())


def test_every_offer_has_a_price_and_a_gpu() -> None:
    made = list(offered())
    assert made
    assert {gpu for gpu, _ in made} <= set(gpus())
    assert all(price(gpu, count) is not None for gpu, count in made)


def test_of_two_names_of_a_card_the_cheaper_counts() -> None:
    rows = toml("prices")["offers"]
    assert price("h100-80gb", 8) == Price(
        rows["H100-SXM"]["8"]["hour"], rows["H100-SXM"]["8"]["cloud"],
        rows["H100"]["8"]["spot"], rows["H100"]["8"]["spot_cloud"],
    )  # fmt: skip


@pytest.mark.parametrize("name", ["24GiB", "rtx-3060-12gb", "7xrtx-4090", "mi300x"])
def test_what_is_not_offered_is_not_known(name: str) -> None:
    assert price_of(machine(name)) is None


def test_of_no_gpu_there_is_no_price() -> None:
    assert price_of(Machine()) is None


def test_of_several_machines_it_is_as_many_times_one() -> None:
    one, two = price_of(machine("8xh100-80gb")), price_of(machine("2x8xh100-80gb"))
    assert one is not None
    assert one.hour is not None
    assert two is not None
    assert two.hour == 2 * one.hour
