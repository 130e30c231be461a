"""`python -m tests.migrate --record PYTHON`: asks the Axolotl of that Python anew, and keeps what it says."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.migrate.corpus import FILES, HERE, VERDICTS, key, migrated


def record(python: str) -> None:
    """Migrate every file, have the results judged, write the verdicts."""
    made = {path.stem: migrated(path.read_text(encoding="utf-8")) for path in FILES}
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{name}.yml" for name in made]
        for path, one in zip(paths, made.values(), strict=True):
            path.write_text(one.text, encoding="utf-8")
        done = subprocess.run(
            [python, str(HERE / "ask.py"), *map(str, paths)], capture_output=True, text=True, check=True, cwd=folder
        )
    version, *answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    rows = {key(one.text): answer for one, answer in zip(made.values(), answers, strict=True)}
    VERDICTS.write_text(json.dumps({**version, "verdicts": rows}, indent=1) + "\n", encoding="utf-8")
    for name, one in made.items():
        row = rows[key(one.text)]
        if not row["ok"]:
            sys.stdout.write(f"{name}: {row['error'][:300]}\n  open: {[said for said, _ in one.open]}\n")
    sys.stdout.write(f"{version}: {sum(row['ok'] for row in rows.values())} of {len(rows)} texts accepted\n")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", metavar="PYTHON", required=True, help="a Python that has Axolotl and torch")
    record(parser.parse_args().record)


if __name__ == "__main__":
    main()
