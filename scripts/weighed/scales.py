"""Runs a command and weighs it while it lasts: host memory by the phase that its log tells, and a folder on disk."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from wizard.doctor.listener import Listener
from wizard.doctor.measured import STEP, phase_named
from wizard.world.tree import Tree

_SECONDS = 0.05


class Scales:
    """One command, run to its end. `peaks`: bytes that its processes held at the most, by phase."""

    def __init__(self, words: Sequence[str], folder: Path, environment: Mapping[str, str], out: Path) -> None:
        self.peaks: dict[str, int] = {}
        self.most_on_disk = 0
        self._heard, self._out, self._over = Listener("the run"), out, threading.Event()
        process = subprocess.Popen(
            words, cwd=folder, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace",
        )  # fmt: skip
        self._tree = Tree(pid=process.pid)
        looks = threading.Thread(target=self._look)
        looks.start()
        lines = []
        assert process.stdout is not None
        for number, line in enumerate(process.stdout, 1):
            self._heard.takes(number, line.rstrip("\n"))
            lines.append(line)
        self.code = process.wait()
        self._over.set()
        looks.join()
        self.tail = "".join(lines[-20:])

    def _look(self) -> None:
        while not self._over.wait(_SECONDS):
            phase = phase_named(self._heard.course.phase)
            pids = self._tree.pids()
            held, spiked = self._tree.held(pids), self._tree.spiked(pids)
            held += spiked if phase == STEP else 0
            self.peaks[phase] = max(self.peaks.get(phase, 0), held)
            self.most_on_disk = max(self.most_on_disk, sum(files(self._out).values()))


def files(folder: Path, *, deep: bool = True) -> dict[str, int]:
    """Bytes by file; those that go while it is looked at are left out."""
    found = {}
    for path in sorted(folder.rglob("*") if deep else folder.glob("*")):
        with contextlib.suppress(OSError):
            if path.is_file() and not path.is_symlink():
                found[str(path.relative_to(folder))] = path.stat().st_size
    return found
