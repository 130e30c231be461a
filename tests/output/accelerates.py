"""Accelerate's own reading of a config, in Axolotl's environment with the version that Axolotl 0.19 pins."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.axolotl.real import ENVIRONMENT, python

ACCELERATE = "accelerate==1.13.0"
_FOLDER = ENVIRONMENT.with_name(".venv-accelerate")
_READ = """
import importlib.metadata, json, sys
import stubs
stubs.STUBBED = ("torch",)
stubs.install("2.13.0")
real = importlib.metadata.version
importlib.metadata.version = lambda name: "2.13.0" if name == "torch" else real(name)
from accelerate.commands.config.config_args import load_config_from_file
from accelerate.commands.launch import launch_command_parser
config = load_config_from_file(sys.argv[1]).to_dict()
options = launch_command_parser().parse_args(sys.argv[2:])
print(json.dumps([config, vars(options)], default=str))
"""


def read(config: Path, arguments: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The config as Accelerate's ClusterConfig, and the options of `accelerate launch`; skips where it can't be had."""
    interpreter = str(python())
    _FOLDER.mkdir(exist_ok=True)
    with (_FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (_FOLDER / "accelerate").exists():
            pip = [interpreter, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(_FOLDER), ACCELERATE]
            if subprocess.run(pip, capture_output=True, check=False).returncode:
                pytest.skip(f"{ACCELERATE} can't be installed here")
    paths = f"{_FOLDER}:{Path(__file__).parents[1] / 'axolotl'}"
    done = subprocess.run(
        [interpreter, "-c", _READ, str(config), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: tuple[dict[str, Any], dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found
