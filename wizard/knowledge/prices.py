"""What GPUs cost an hour: the cheapest offers of SkyPilot's catalogue, as they were on a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wizard.domain.machine import Machine
from wizard.knowledge.gpus import catalogue_gpu, gpus
from wizard.knowledge.load import toml
from wizard.knowledge.skypilot import accelerators


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars an hour of all GPUs together, and who asks it. None: nobody there offers it so, or it is not known.

    `spot`: of a machine that may be taken away at any moment.
    """

    hour: float | None = None
    cloud: str | None = None
    spot: float | None = None
    spot_cloud: str | None = None


def price(gpu: str, count: int) -> Price | None:
    """The cheapest of so many GPUs of the catalogue in one machine; None where no price is known."""
    offers = [row for name in accelerators(gpu) if (row := _offers(name).get(str(count))) is not None]
    hour = min((row for row in offers if "hour" in row), key=lambda row: row["hour"], default={})
    spot = min((row for row in offers if "spot" in row), key=lambda row: row["spot"], default={})
    if not hour and not spot:
        return None
    return Price(hour.get("hour"), hour.get("cloud"), spot.get("spot"), spot.get("spot_cloud"))


def price_of(machine: Machine) -> Price | None:
    """Of a machine whose GPUs are all the same; of several nodes, as many times one; None where it is not known."""
    rows = {gpu.catalogue or _named(gpu.name, gpu.total_bytes) for gpu in machine.gpus}
    only = next(iter(rows), None)
    if len(rows) != 1 or only is None or machine.count % machine.nodes:
        return None
    one, nodes = price(only, machine.count // machine.nodes), machine.nodes
    if one is None or nodes == 1:
        return one
    hour, spot = (None if each is None else nodes * each for each in (one.hour, one.spot))
    return Price(hour, one.cloud, spot, one.spot_cloud)


def offered() -> Iterator[tuple[str, int]]:
    """Every GPU of the catalogue that has a price, with how many of them are offered together."""
    for gpu in gpus():
        counts = {int(count) for name in accelerators(gpu) for count in _offers(name)}
        yield from ((gpu, count) for count in sorted(counts))


def dated() -> str:
    """When the prices were read, as `2026-11`."""
    return str(toml("prices")["date"])


def _offers(name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = toml("prices")["offers"].get(name, {})
    return found


def _named(name: str, total_bytes: int | None) -> str | None:
    row = catalogue_gpu(name, total_bytes)
    return row.name if row is not None else None
