"""`python -m scripts.architectures VERSION PYTHON [TYPE...]`: tries the catalogue's architectures on that Axolotl.

PYTHON is one that has Axolotl and torch's CPU build; the answers go into wizard/knowledge/axolotl/architectures.json,
beside those of other versions. About four minutes on two cores.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from wizard.knowledge.models.catalogue import catalogue

HERE = Path(__file__).parent
RECORD = HERE.parents[1] / "wizard" / "knowledge" / "axolotl" / "architectures.json"


def architectures() -> list[dict[str, Any]]:
    """The first model of each architecture of the catalogue."""
    found: dict[str, dict[str, Any]] = {}
    for row in catalogue().values():
        kind = str(row.config["model_type"])
        found.setdefault(kind, {"type": kind, "id": row.id, "config": row.config})
    return list(found.values())


def tried(python: str, only: list[str]) -> dict[str, dict[str, str]]:
    """For each architecture (`only` these, if any), what each feature died of; nothing for those that work."""
    lines = "\n".join(json.dumps(row) for row in architectures() if not only or row["type"] in only)
    done = subprocess.run(
        [python, str(HERE / "probe.py")], input=lines, stdout=subprocess.PIPE, text=True, check=True, timeout=3600
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["type"]: {name: text for name, text in row["features"].items() if text != "works"} for row in rows}


def main() -> None:
    """Try them, and keep the answers."""
    version, python, *only = sys.argv[1:]
    kept = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    kept[version] = (kept.get(version, {}) if only else {}) | tried(python, only)
    RECORD.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
