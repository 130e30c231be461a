"""The Axolotl that would be started, and what is installed beside it; nothing of it is imported."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from wizard.domain.errors import InputError

LAUNCHERS = ("accelerate", "torchrun", "python")
"""What `axolotl train` has a launcher for. Source: axolotl 0.19 to 0.21 cli/main.py (`train`)."""


def axolotl_program(environment: Mapping[str, str]) -> str:
    """The `axolotl` of the active environment, of memwizard's own, or of PATH.

    Raises InputError where there is none.
    """
    folders = [Path(active) / "bin"] if (active := environment.get("VIRTUAL_ENV", "").strip()) else []
    for folder in [*folders, Path(sys.executable).parent]:
        if os.access(folder / "axolotl", os.X_OK):
            return str(folder / "axolotl")
    found = shutil.which("axolotl", path=environment.get("PATH"))
    if found is None:
        raise InputError(
            "there is no `axolotl` here: activate the environment that has it, or name what starts it", about="launch"
        )
    return found


def beside(program: str, package: str) -> str | None:
    """The version of a package in the environment that a program belongs to; None where that is not known."""
    form = re.compile(rf"{re.escape(package)}-([^-]+)\.dist-info", re.IGNORECASE)
    for root in {Path(program).parent.parent, Path(os.path.realpath(program)).parent.parent}:
        for folder in (root / "lib").glob("python3*/site-packages"):
            for entry in folder.glob(f"{package}-*.dist-info"):
                if found := form.fullmatch(entry.name):
                    return found[1]
    return None
