"""Writes the counts of docs/reliability.md: `python -m scripts.reliability`."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from scripts import crowd, fuzz, monkey, mutants

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reliability.md"
_BEGIN, _END = "<!-- counts -->\n", "<!-- end -->"
_FAULTS = re.compile(r"(<!-- mutants -->\n).*?(<!-- end -->)", re.DOTALL)
_ROW = re.compile(r"^\| .*`tests/.*\|$", re.MULTILINE)
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def named(page: str) -> list[tuple[str, str]]:
    """The tests that the table names: file and function."""
    return _NAMED.findall(page)


def inputs() -> Counter[str]:
    """How many inputs each reader got in the runs that are kept."""
    found: Counter[str] = Counter()
    for run in _runs():
        found.update(run["inputs"])
    return found


def _runs() -> list[dict[str, Any]]:
    record = Path(fuzz.__file__).with_name("record.json")
    runs: list[dict[str, Any]] = json.loads(record.read_text()) if record.exists() else []
    return runs


def said(page: str) -> str:
    """One line: what the test command prints."""
    faults, tests = len(_ROW.findall(page)), len(set(named(page)))
    seeds = ", ".join(str(run["seed"]) for run in _runs())
    return f"{faults} kinds of faults, held by {tests} tests; {sum(inputs().values()):,} fuzzed inputs, seeds {seeds}"


def counts(page: str) -> str:
    """The lines between the marks."""
    wrong, left = (sum(int(run.get(name, 0)) for run in _runs()) for name in ("wrong", "wrong_after_mending"))
    lines = [
        f"{said(page)}. Wrong when they ran: {wrong}; still wrong once mended: {left}.",
        "",
        "| reader | inputs |",
        "|---|---|",
    ]
    lines += [f"| {name} | {count:,} |" for name, count in sorted(inputs().items())]
    if monkey.RECORD.exists():
        row = json.loads(monkey.RECORD.read_text())
        grown = ", ".join(f"{one:+.1f}" for one in row["growths"]) or "none long enough"
        pressed = f"{row['keys']:,} keys in {row['minutes']} minutes and {row['sessions']} sessions"
        after = f"growth after the first {monkey.WARM:,} keys of a session, MiB: {grown}"
        lines += ["", f"The monkey, seed {row['seed']}: {pressed}; wrong: {len(row['wrong'])}; {after}."]
    if crowd.RECORD.exists():
        lines += ["", crowd.said(crowd.Told(**json.loads(crowd.RECORD.read_text())))]
    return "\n".join(lines) + "\n"


def told() -> str:
    """How many of the faults that were put in a test told, a line for each package."""
    path = Path(mutants.__file__).with_name("record.json")
    rows: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    lines = ["| faults put into | seed | told by a test |", "|---|---|---|"]
    for package, row in rows.items():
        lines.append(
            f"| {package} | {row['seed']} | {row['told']} of {row['faults']} ({row['told'] / row['faults']:.0%}) |"
        )
    return "\n".join(lines) + "\n"


def written(page: str) -> str:
    """The page with its counts."""
    head, _, rest = page.partition(_BEGIN)
    whole = head + _BEGIN + counts(page) + _END + rest.partition(_END)[2]
    return _FAULTS.sub(lambda marks: marks[1] + told() + marks[2], whole)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
