"""Runs a command and weighs it while it lasts: host memory by the phase that its log tells, and a folder on disk."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from wizard.doctor.listener import Listener
from wizard.doctor.measured import phase_named
from wizard.world.tree import Tree

_SECONDS, _MOMENT = 0.5, 0.002


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
        looks = [
            threading.Thread(target=self._look),
            threading.Thread(target=self._look_closely, args=(process.pid,)),
        ]
        for one in looks:
            one.start()
        lines = []
        assert process.stdout is not None
        for number, line in enumerate(process.stdout, 1):
            self._heard.takes(number, line.rstrip("\n"))
            lines.append(line)
        self.code = process.wait()
        self._over.set()
        for one in looks:
            one.join()
        self.tail = "".join(lines[-20:])

    def _look(self) -> None:
        while not self._over.wait(_SECONDS):
            phase, pids = phase_named(self._heard.course.phase), self._tree.pids()
            self._most(phase, self._tree.held(pids))
            self.most_on_disk = max(self.most_on_disk, sum(files(self._out).values()))

    def _look_closely(self, pid: int) -> None:
        """At the one process that trains, as often as can be: what an operator makes lasts some milliseconds."""
        page = os.sysconf("SC_PAGE_SIZE")
        while not self._over.wait(_MOMENT):
            with contextlib.suppress(OSError, IndexError, ValueError):
                whole, shared = Path(f"/proc/{pid}/statm").read_text().split()[1:3]
                self._most(phase_named(self._heard.course.phase), (int(whole) - int(shared)) * page)

    def _most(self, phase: str, held: int) -> None:
        self.peaks[phase] = max(self.peaks.get(phase, 0), held)


def files(folder: Path, *, deep: bool = True) -> dict[str, int]:
    """Bytes by file; those that go while it is looked at are left out."""
    found = {}
    for path in sorted(folder.rglob("*") if deep else folder.glob("*")):
        with contextlib.suppress(OSError):
            if path.is_file() and not path.is_symlink():
                found[str(path.relative_to(folder))] = path.stat().st_size
    return found
