"""The ledger as text: names at the top, then one line a plan, with tabs between; what is 0 stands as nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "tests" / "memory" / "ledger"
Table = Mapping[str, Mapping[str, int]]
"""Figures by their names, by plan."""


def text(table: Table) -> str:
    """What is kept."""
    names = list(dict.fromkeys(name for row in table.values() for name in row))
    lines = ["\t".join(("plan", *names))]
    lines += ["\t".join((plan, *(str(row.get(name, "")) for name in names))) for plan, row in table.items()]
    return "\n".join(line.rstrip("\t") for line in lines) + "\n"


def read(chapter: str) -> dict[str, dict[str, int]]:
    """A chapter as it is kept; empty where there is none."""
    path = path_of(chapter)
    if not path.is_file():
        return {}
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    names = head.split("\t")[1:]
    found = {}
    for line in lines:
        plan, *cells = line.split("\t")
        found[plan] = {name: int(cell) for name, cell in zip(names, cells, strict=False) if cell}
    return found


def path_of(chapter: str) -> Path:
    """Where a chapter lies."""
    return FOLDER / f"{chapter}.tsv"


def moved(plan: str, before: Mapping[str, int], now: Mapping[str, int]) -> Iterator[str]:
    """What of one plan moved, a line each: by how much, from what, to what."""
    for name in dict.fromkeys((*before, *now)):
        old, new = before.get(name, 0), now.get(name, 0)
        if old != new:
            yield f"{plan}: {name} moved by {new - old:+,}, from {old:,} to {new:,}"
