"""The real Axolotl, each known release, in an environment of its own, set up once; and what it says of configs."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import newest, release

HERE = Path(__file__).parent
ENVIRONMENT = HERE.parents[1] / ".venv-axolotl"
_ALONE = ("--no-deps", "--upgrade", "--ignore-requires-python")
"""From 0.20 on its package asks for Python 3.12; its validators do with 3.10."""


def python() -> Path:
    """The Python that has what Axolotl's validators need; installed at the first call (a minute, 320 MB, no torch)."""
    wanted = (HERE / "requirements.txt").read_text(encoding="utf-8")
    _once("ready.txt", wanted, _create)
    return ENVIRONMENT / "bin" / "python"


def _create() -> None:
    venv.create(ENVIRONMENT, with_pip=True)
    _pip("-r", HERE / "requirements.txt")


def package(version: Version) -> Path:
    """The folder that has this Axolotl's modules in it; installs it at the first call."""
    python()
    named, place = release(version), ENVIRONMENT / "releases" / str(version)
    _once(f"{version}.txt", named, lambda: _pip(*_ALONE, "--target", place, f"axolotl=={named}"))
    return place


def _once(name: str, wanted: str, make: Callable[[], object]) -> None:
    """Make something, unless the file of this name says that it was; several test processes start at once."""
    ENVIRONMENT.mkdir(exist_ok=True)
    ready = ENVIRONMENT / name
    with (ENVIRONMENT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists() or ready.read_text(encoding="utf-8") != wanted:
            make()
            ready.write_text(wanted, encoding="utf-8")


def _pip(*arguments: str | Path) -> None:
    """Its own versions, whatever bounds those of memwizard in this run (`.ci/run lowest`)."""
    free = {name: value for name, value in os.environ.items() if name != "PIP_CONSTRAINT"}
    pip = [str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *map(str, arguments)], check=True, env=free)


def judge(*files: Path, **options: object) -> list[dict[str, Any]]:
    """What Axolotl's validator says of each file. Options as judge.py takes them: bf16="no", gpus=2, ...

    `version`: which Axolotl, the newest known where it is left out.
    """
    version = options.pop("version", None) or newest()
    assert isinstance(version, Version)
    flags = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    done = subprocess.run(
        [str(python()), str(HERE / "judge.py"), *flags, *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(package(version))},
        cwd=files[0].parent,
        timeout=600,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if len(rows) != len(files):
        sys.stderr.write(done.stderr[-2000:])
    assert len(rows) == len(files), "Axolotl's validator did not answer for every file"
    return rows
