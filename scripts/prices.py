"""Writes wizard/knowledge/prices.toml from a clone of SkyPilot's public catalogue.

git clone --depth 1 https://github.com/skypilot-org/skypilot-catalog
python -m scripts.prices skypilot-catalog --date 2026-11

Of each accelerator and count the cheapest offer on demand and the cheapest spot one, of all clouds whose table is in
the clone. Names that skypilot.toml has no GPU for are left out, and so are prices of 0.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from wizard.knowledge.load import toml

FILE = Path(__file__).parents[1] / "wizard" / "knowledge" / "prices.toml"
HEAD = """\
# Written by `python -m scripts.prices`. Change that, not this.
# The cheapest offers of SkyPilot's public catalogue, US dollars an hour of all GPUs of a machine together: `hour` on
# demand, `spot` of one that may be taken away. Prices change daily, and what is listed may be sold out.
# Only the tables of these clouds were read; what others ask is not known here.
source = "skypilot-org/skypilot-catalog: catalogs/v8/*/vms.csv"
"""


class Offer(NamedTuple):
    """One line of a cloud's table: dollars an hour, None where it is not offered so."""

    name: str
    many: int
    cloud: str
    hour: float | None
    spot: float | None


def offers(catalogue: Path) -> Iterator[Offer]:
    """Every machine with GPUs of every cloud's table."""
    for table in sorted(catalogue.glob("catalogs/v8/*/vms.csv")):
        with table.open(newline="", encoding="utf-8") as source:
            for row in csv.DictReader(source):
                count = float(row.get("AcceleratorCount") or 0)
                if row.get("AcceleratorName") and count >= 1 and count == int(count):
                    hour, spot = (float(row.get(key) or 0) or None for key in ("Price", "SpotPrice"))
                    if hour or spot:
                        yield Offer(row["AcceleratorName"], int(count), table.parent.name, hour, spot)


def page(catalogue: Path, date: str, commits: Sequence[str] = ()) -> str:
    """The whole file. `commits`: `cloud=hash` of tables that are each of a commit of its own."""
    known = {name for names in toml("skypilot")["accelerators"].values() for name in names}
    found: dict[tuple[str, int], list[Offer]] = {}
    clouds = set[str]()
    for one in offers(catalogue):
        clouds.add(one.cloud)
        if one.name in known:
            found.setdefault((one.name, one.many), []).append(one)
    lines = [f'{HEAD}date = "{date}"', "clouds = [" + ", ".join(f'"{name}"' for name in sorted(clouds)) + "]"]
    lines += [f"# {cloud} of commit {commit}" for cloud, _, commit in (one.partition("=") for one in sorted(commits))]
    before = ""
    for (name, count), those in sorted(found.items()):
        if name != before:
            lines += ["", f'[offers."{name}"]']
        before = name
        lines.append(f"{count} = {{ {_row(those)} }}")
    return "\n".join(lines) + "\n"


def _row(those: list[Offer]) -> str:
    parts = []
    hours = [(one.hour, one.cloud) for one in those if one.hour is not None]
    spots = [(one.spot, one.cloud) for one in those if one.spot is not None]
    if hours:
        parts.append('hour = {}, cloud = "{}"'.format(*min(hours)))
    if spots:
        parts.append('spot = {}, spot_cloud = "{}"'.format(*min(spots)))
    return ", ".join(parts)


def main() -> None:
    """Write the file."""
    asked = argparse.ArgumentParser(prog="python -m scripts.prices", description=__doc__)
    asked.add_argument("catalogue", type=Path)
    asked.add_argument("--date", required=True, help="When the catalogue was read: 2026-11.")
    asked.add_argument(
        "--commit", action="append", default=[], help="Of which commit a cloud's table is: verda=000c1d0."
    )
    given = asked.parse_args()
    FILE.write_text(page(given.catalogue, given.date, given.commit), encoding="utf-8")


if __name__ == "__main__":
    main()
