"""`python -m scripts.weighed.live PYTHON [NAME...]`: PYTHON is in an environment with Axolotl and torch's CPU build.

Each run is trained by `memwizard run` on this machine, which has no GPU; the peaks of its receipt go into
tests/memory/weighed_live.jsonl.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from scripts.weighed.__main__ import QUIET, ROOT, inside
from scripts.weighed.cases import TRAINED
from scripts.weighed.live_cases import LIVE, LIVE_MODELS, Live
from scripts.weighed.scales import files
from wizard.knowledge.allocator import ARROW, LIBRARY, library_chosen
from wizard.world.hostmemory import threads
from wizard.world.programs import beside

RECORD = ROOT / "tests" / "memory" / "weighed_live.jsonl"


def main() -> None:
    """Run those that are named, or all, and keep what came of them."""
    reader = argparse.ArgumentParser(prog="python -m scripts.weighed.live")
    reader.add_argument("python")
    reader.add_argument("names", nargs="*")
    asked = reader.parse_args()
    rows = {row["name"]: row for row in map(json.loads, RECORD.read_text("utf-8").splitlines())}
    with tempfile.TemporaryDirectory(prefix="weighed-") as folder:
        inside(asked.python, "-m", "scripts.weighed.beside", folder, "live")
        for case in LIVE:
            if asked.names and case.name not in asked.names:
                continue
            rows[case.name] = _run(asked.python, case, Path(folder))
            sys.stdout.write(json.dumps(rows[case.name]) + "\n")
            RECORD.write_text("".join(json.dumps(one) + "\n" for _, one in sorted(rows.items())), encoding="utf-8")


def _run(python: str, case: Live, folder: Path) -> dict[str, Any]:
    """A row: its settings, the peaks of its phases, bytes of the last checkpoint and of all that is left."""
    settings = {key: value for key, value in {**TRAINED, **case.changes}.items() if value is not None}
    own = {"base_model": f"./{case.model}", "output_dir": f"./{case.name}", "dataset_prepared_path": "./prepared"}
    settings |= own
    (folder / "my.yml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    data = folder / f"{case.name}-receipt"
    quiet = {name: value for name, value in QUIET.items() if name != "OMP_NUM_THREADS"}
    environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    environment |= {**quiet, "VIRTUAL_ENV": str(Path(python).parents[1]), "XDG_DATA_HOME": str(data)}
    environment["PYTHONPATH"] = str(ROOT)
    launch = ["--launch", case.launcher] if case.launcher else []
    words = [sys.executable, "-m", "wizard", "run", "my.yml", "--force", *launch]
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr[-4000:])
    receipt = json.loads((data / "memwizard" / "history.jsonl").read_text("utf-8").splitlines()[-1])
    out = folder / case.name
    checkpoints = sorted(out.glob("checkpoint-*"), key=lambda path: int(path.name.rpartition("-")[2]))
    return {
        "name": case.name, "axolotl": beside(python, "axolotl"), "model": LIVE_MODELS[case.model], "config": settings,
        "launcher": case.launcher, "threads": threads(environment), "exit_code": done.returncode,
        "host": {one["name"]: one["host_bytes"] for one in receipt["phases"]},
        "checkpoint": sum(files(checkpoints[-1]).values()) if checkpoints else 0, "left": sum(files(out).values()),
        "environment": {} if library_chosen(environment) else dict([LIBRARY, ARROW]),
    }  # fmt: skip


if __name__ == "__main__":
    main()
