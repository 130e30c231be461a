"""Stand-ins for the engines: programs of one name that note what they were called with."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_NOTE = """\
#!/bin/bash
printf '%s\\0' "${0##*/}" "$@" >> "$FAKES_LOG"
printf '\\0' >> "$FAKES_LOG"
"""
_SCONTROL = _NOTE + "printf 'node-a\\nnode-b\\n'\n"
_SRUN = _NOTE + 'exec "$@"\n'


@dataclass
class Fakes:
    """A folder of programs, first on the PATH of what `bash` runs."""

    folder: Path
    calls: list[list[str]] = field(default_factory=list)

    def bash(self, script: str, *arguments: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a script; the calls it made are in `calls`."""
        return self.run(["bash", script, *arguments], cwd, variables)

    def run(self, command: list[str], cwd: Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a command with the programs on its PATH."""
        for name in ("axolotl", "ray", "scontrol", "srun"):
            program = self.folder / name
            program.write_text({"scontrol": _SCONTROL, "srun": _SRUN}.get(name, _NOTE), encoding="utf-8")
            program.chmod(0o755)
        log = self.folder / "log"
        log.write_bytes(b"")
        environment = {"PATH": f"{self.folder}:{os.environ['PATH']}", "FAKES_LOG": str(log), **variables}
        done = subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=30
        )
        entries = log.read_bytes().decode().split("\0\0")
        self.calls = [entry.split("\0") for entry in entries if entry]
        return done
