"""Learn, sample, try, tell."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

import pytest

from scripts.mutants import __doc__ as about
from scripts.mutants.faults import Fault, faults
from scripts.mutants.trial import ROOT, Trial

RECORD = Path(__file__).with_name("record.json")
PACKAGES = ("wizard/axolotl", "wizard/memory", "wizard/rules")
_OF_RULES = ("tests/rules/test_catalogue.py", "tests/rules/test_neighbours.py")
TESTS = (*_OF_RULES, "tests/memory", "tests/axolotl", "tests/data")


def sampled(size: int, seed: int, packages: Sequence[str]) -> list[Fault]:
    """As many of each package."""
    dice, chosen = Random(seed), []
    for package in packages:
        paths = sorted(path for path in (ROOT / package).rglob("*.py") if "generated" not in path.name)
        every = [
            fault for path in paths for fault in faults(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        ]
        chosen += dice.sample(every, min(len(every), size // len(packages)))
    return chosen


def _package(row: Mapping[str, object]) -> str:
    return "/".join(str(row["place"]).split("/")[:2])


def record(seed: int, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep what became of these; of packages that were not tried now the last trial stays."""
    kept: dict[str, object] = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    for package in sorted(set(map(_package, rows))):
        mine = [row for row in rows if _package(row) == package]
        left = [row for row in mine if row["became"] != "killed"]
        kept[package] = {"seed": seed, "faults": len(mine), "told": len(mine) - len(left), "survivors": left}
    RECORD.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n")


def main() -> int:
    """1 where fewer than 85 of 100 are told."""
    parser = argparse.ArgumentParser(prog="scripts.mutants", description=about)
    parser.add_argument("--sample", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--of", action="append", choices=PACKAGES, help="this package alone; may be given again")
    parser.add_argument("tests", nargs="*", default=TESTS)
    parser.add_argument("--record", action="store_true")
    asked, more = parser.parse_known_args()
    rows: list[dict[str, object]] = []

    def told(fault: Fault, became: str) -> None:
        place = f"{fault.file}:{fault.line}"
        rows.append({"place": place, "before": fault.before, "after": fault.after, "became": became})
        os.write(2, f"{len(rows)} {became}: {place} {fault.before!r} -> {fault.after!r}\n".encode())

    chosen = sampled(asked.sample, asked.seed, asked.of or PACKAGES)
    pytest.main(["-n", "0", "-q", *asked.tests, *more], plugins=[Trial(chosen, told)])
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        counts.setdefault(_package(row), Counter())[str(row["became"])] += 1
    told_of = sum(row["became"] == "killed" for row in rows)
    sys.stdout.write(f"{told_of} of {len(rows)} told\n" + json.dumps(counts, indent=1) + "\n")
    if asked.record:
        record(asked.seed, rows)
    return told_of < 0.85 * len(rows)


if __name__ == "__main__":
    sys.exit(main())
