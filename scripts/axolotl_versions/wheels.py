"""Axolotl's packages: found in a folder or downloaded, unzipped, and asked for their facts."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

FACTS = Path(__file__).with_name("facts.py")


def wheel(release: str, folder: Path) -> Path:
    """The package of a release, such as "0.21.0": in the folder, else downloaded there with pip."""
    path = folder / f"axolotl-{release}-py3-none-any.whl"
    if not path.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        pip.append("--ignore-requires-python")
        subprocess.run([*pip, f"axolotl=={release}", "-d", str(folder)], check=True)
    return path


def unzipped(release: str, folder: Path) -> Path:
    """The folder that has the release's modules in it."""
    place = folder / release
    if not place.exists():
        with zipfile.ZipFile(wheel(release, folder)) as file:
            file.extractall(place)
    return place


def facts_of(package: Path, python: str) -> str:
    """What facts.py prints of an unzipped package. `python`: one that has the libraries of that release."""
    environment = {**os.environ, "PYTHONPATH": str(package), "HF_HUB_OFFLINE": "1", "AXOLOTL_DO_NOT_TRACK": "1"}
    done = subprocess.run(
        [python, str(FACTS)], env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=600
    )
    return done.stdout[done.stdout.index("{") :]
