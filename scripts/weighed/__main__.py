"""`python -m scripts.weighed PYTHON [NAME...]`: PYTHON has Axolotl and torch's CPU build.

Each run is trained once, in half a minute to two; what it left and held goes into tests/memory/weighed.jsonl.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from scripts.weighed.cases import CASES, MODELS, TRAINED, Weighed
from scripts.weighed.scales import Scales, files
from wizard.knowledge.allocator import ARROW, LIBRARY
from wizard.world.programs import beside

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "tests" / "memory" / "weighed.jsonl"
QUIET = {
    "CUDA_VISIBLE_DEVICES": "", "AXOLOTL_DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1",
    "WANDB_MODE": "disabled", "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1",
}  # fmt: skip
_AS_RUN = dict([LIBRARY, ARROW])
"""What `memwizard run` sets for a run on the CPU."""


def main() -> None:
    """Weigh the runs that are named, or all, and keep what came of them."""
    reader = argparse.ArgumentParser(prog="python -m scripts.weighed")
    reader.add_argument("python")
    reader.add_argument("names", nargs="*")
    asked = reader.parse_args()
    version = beside(asked.python, "axolotl")
    rows = _kept()
    with tempfile.TemporaryDirectory(prefix="weighed-") as folder:
        inside(asked.python, "-m", "scripts.weighed.beside", folder)
        for case in CASES:
            if asked.names and case.name not in asked.names:
                continue
            row = _weighed(asked.python, case, Path(folder), version)
            rows[case.name, str(version)] = row
            sys.stdout.write(json.dumps(row) + "\n")
            sys.stdout.flush()
            lines = [json.dumps(one) + "\n" for _, one in sorted(rows.items())]
            RECORD.write_text("".join(lines), encoding="utf-8")


def _kept() -> dict[tuple[str, str], dict[str, Any]]:
    with contextlib.suppress(FileNotFoundError):
        found = map(json.loads, RECORD.read_text(encoding="utf-8").splitlines())
        return {(row["name"], row["axolotl"]): row for row in found}
    return {}


def inside(python: str, *words: str) -> str:
    """What a module of ours prints that runs in Axolotl's own environment."""
    environment = {**os.environ, **QUIET, "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"}
    done = subprocess.run([python, *words], cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return done.stdout


def _weighed(python: str, case: Weighed, folder: Path, version: str | None) -> dict[str, Any]:
    """A row: its settings, bytes by file of the last checkpoint, of the end, of a merge, and peaks by phase."""
    settings = {key: value for key, value in {**TRAINED, **case.changes}.items() if value is not None}
    settings |= {"base_model": f"./{case.model}", "output_dir": "./out", "dataset_prepared_path": "./prepared"}
    for name in ("out", "prepared"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "my.yml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    environment = {**os.environ, **QUIET}
    out = folder / "out"
    trained = Scales([python, "-m", "axolotl.cli.train", "my.yml"], folder, {**environment, **_AS_RUN}, out)
    checkpoints = sorted(out.glob("checkpoint-*"), key=lambda path: int(path.name.rpartition("-")[2]))
    row = {
        "name": case.name, "axolotl": version, "model": MODELS[case.model], "config": settings,
        "exit_code": trained.code, "checkpoints": len(checkpoints),
        "checkpoint": files(checkpoints[-1]) if checkpoints else {}, "final": files(out, deep=False),
        "most_on_disk": trained.most_on_disk, "prepared": sum(files(folder / "prepared").values()),
        "tokenizer": sum(size for name, size in files(folder / case.model).items() if "token" in name),
        "host": trained.peaks, "environment": _AS_RUN,
    }  # fmt: skip
    row["tokens"], row["rows"] = map(
        int, inside(python, "-m", "scripts.weighed.prepared", str(folder / "prepared")).split()
    )
    if trained.code:
        sys.stderr.write(trained.tail + "\n")
    elif case.merges:
        row |= _merged(python, folder, environment)
    return row


def _merged(python: str, folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    """What `axolotl merge-lora` makes, and holds at the most: as the C library comes, and where it gives back."""
    out, words = folder / "out", [python, "-m", "axolotl.cli.merge_lora", "my.yml"]
    given_back = Scales(words, folder, {**environment, **_AS_RUN}, out)
    shutil.rmtree(out / "merged", ignore_errors=True)
    as_it_comes = Scales(words, folder, environment, out)
    if as_it_comes.code:
        sys.stderr.write(as_it_comes.tail + "\n")
    return {
        "merged": files(out / "merged"), "host_merge": max(as_it_comes.peaks.values()),
        "host_merge_given_back": max(given_back.peaks.values()), "merge_code": as_it_comes.code,
    }  # fmt: skip


if __name__ == "__main__":
    main()
