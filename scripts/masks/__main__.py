"""`python -m scripts.masks PYTHON > tests/data/masks.json`: what the Axolotl of PYTHON learns of each case's row.

A row that it can't read is an error, as a text.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from scripts.masks.cases import cases


def main() -> None:
    """Ask for all at once."""
    every = list(cases())
    asked = json.dumps([asdict(one) for one in every])
    run = [sys.argv[1], str(Path(__file__).with_name("judge.py"))]
    told = subprocess.run(run, input=asked, capture_output=True, text=True, check=False)
    line = next((one for one in told.stdout.splitlines() if one.startswith("RESULT")), None)
    if line is None:
        raise SystemExit(told.stderr[-2000:])
    found = dict(zip((one.id for one in every), json.loads(line.removeprefix("RESULT")), strict=True))
    rows = (f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in found.items())
    sys.stdout.write("{\n" + ",\n".join(rows) + "\n}\n")


if __name__ == "__main__":
    main()
