"""`python -m scripts.architectures PYTHON [TYPE...]`: tries the catalogue's architectures on the Axolotl of PYTHON.

PYTHON is one that has Axolotl and torch's CPU build; the answers go into wizard/knowledge/axolotl/architectures.json,
beside those of other versions. What takes a whole run is tried by the run judge, which keeps its answers:
tests/runs/record/features-VERSION.jsonl. Half an hour on two cores, a minute where that record is whole.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from scripts.runs.case import WORKS
from scripts.runs.cases import PARTS
from scripts.runs.first import kinds
from scripts.runs.judging import Judge
from scripts.runs.record import Record
from scripts.runs.unjudged import unjudged
from wizard.knowledge.models.catalogue import catalogue

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "wizard" / "knowledge" / "axolotl" / "architectures.json"
Failures = dict[str, dict[str, str]]
"""For each architecture, what each feature died of; nothing for those that work."""


def architectures() -> list[dict[str, Any]]:
    """A model of each architecture of the catalogue, and of each kind of it."""
    return [{"type": kind, "id": name, "config": catalogue()[name].config} for kind, name in kinds().items()]


def probed(python: str, only: list[str]) -> Failures:
    """What was tried on a model alone, of these architectures or all."""
    lines = "\n".join(json.dumps(row) for row in architectures() if not only or row["type"] in only)
    probe = [python, str(Path(__file__).with_name("probe.py"))]
    done = subprocess.run(probe, input=lines, stdout=subprocess.PIPE, text=True, check=True, timeout=3600)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["type"]: {name: text for name, text in row["features"].items() if text != WORKS} for row in rows}


def run(judge: Judge) -> Failures:
    """What was tried by whole runs; those of the record are not run again."""
    record = Record.of(judge.version, "features", judge.settings)
    record.fill(judge, list(PARTS["features"]()))
    found: Failures = {}
    for (_, feature, kind), row in record.rows.items():
        if row["outcome"] != WORKS and not unjudged(row):
            found.setdefault(kind, {})[feature] = row["outcome"][:300]
    return found


def main() -> None:
    """Try them, and keep the answers."""
    python, *only = sys.argv[1:]
    judge = Judge(python)
    kept = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    ran, found = run(judge), probed(python, only)
    now = {kind: {**row, **ran.get(kind, {})} for kind, row in found.items()}
    kept[judge.version] = (kept.get(judge.version, {}) if only else {}) | now
    RECORD.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
