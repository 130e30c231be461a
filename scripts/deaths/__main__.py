"""`python -m scripts.deaths PYTHON [NAME...]`: PYTHON has Axolotl and torch's CPU build.

Each way to die is run once, in 15 to 40 seconds; what Axolotl printed goes, without this machine's paths and
shortened, into tests/doctor/real/NAME.log.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from scripts.deaths.cases import BASE, WAYS, Dying

ROOT = Path(__file__).parents[2]
LOGS = ROOT / "tests" / "doctor" / "real"
_QUIET = {
    "CUDA_VISIBLE_DEVICES": "", "AXOLOTL_DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1",
    "WANDB_MODE": "disabled", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1",
}  # fmt: skip
_HEAD, _TAIL, _LONGEST = 40, 140, 600
_SETTING = re.compile(r"^ {4,}[\"\]\[{}]|^  [\]}]")
_SECONDS = 300


def main() -> None:
    """Run the ways that are named, or all."""
    reader = argparse.ArgumentParser(prog="python -m scripts.deaths")
    reader.add_argument("python")
    reader.add_argument("names", nargs="*")
    asked = reader.parse_args()
    LOGS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="deaths-") as folder:
        subprocess.run([asked.python, "-m", "scripts.deaths.beside", folder], cwd=ROOT, check=True, capture_output=True)
        for way in WAYS:
            if asked.names and way.name not in asked.names:
                continue
            code, log = _died(asked.python, way, Path(folder))
            (LOGS / f"{way.name}.log").write_text(log, encoding="utf-8")
            sys.stdout.write(f"{way.name}: exit code {code}\n")
            sys.stdout.flush()


def _died(python: str, way: Dying, folder: Path) -> tuple[int, str]:
    config = folder / f"{way.name}.yml"
    values = {key: value for key, value in {**BASE, **way.changes}.items() if value is not None}
    values["output_dir"], values["dataset_prepared_path"] = f"./out-{way.name}", f"./prepared-{way.name}"
    config.write_text(way.text or yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    run = f"'{python}' -m scripts.deaths.limited {way.limit} {way.at} {config.name}"
    done = subprocess.run(
        ["bash", "-c", f"{run}; code=$?; exit $code"],
        cwd=folder,
        env={**os.environ, **_QUIET, "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_SECONDS,
        check=False,
    )
    return done.returncode, _shortened(done.stdout.decode(errors="replace"), folder)


def _shortened(text: str, folder: Path) -> str:
    """Without this machine's paths, the inner parts of the config, and the middle of what is long."""
    text = text.replace(str(folder), "/opt/me/run").replace(str(ROOT) + "/", "")
    text = re.sub(r"/[\w./-]*?/lib/python3\.(\d+)/", r"/opt/axolotl/lib/python3.\1/", text)
    text = re.sub(r"(?<![\w])/[\w./-]*?/bin/python[\d.]*", "/opt/axolotl/bin/python", text)
    text = text.replace(str(Path.home()), "/opt/me")
    lines = [line[:_LONGEST] for line in text.split("\n") if not _SETTING.match(line)]
    if len(lines) > _HEAD + _TAIL:
        lines = [*lines[:_HEAD], *[one for one in lines[_HEAD:-_TAIL] if one.startswith('  "') or "[axolotl" in one],
                 *lines[-_TAIL:]]  # fmt: skip
    return "\n".join(lines)


if __name__ == "__main__":
    main()
