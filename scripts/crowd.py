"""`python -m scripts.crowd [--wizards 50] [--record]`: many wizards of one person at once.

All are started together, each on a pseudo-terminal, with one home and one folder. Prints how long each took to its
first figure and the memory that is its own share (PSS), then ends them by every way there is and looks for what is left
behind; 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import selectors
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.wire.terminal import Child, Kind

RECORD = Path(__file__).with_name("crowd.json")
PATIENCE = 300.0
"""Seconds until all have shown a figure, and again until all have ended: a small machine is slow with fifty."""
COMMAND = [sys.executable, "-m", "wizard", "--preset", "qlora-24gb", "--gpu", "rtx-4090"]


def _press(child: Child, key: bytes) -> None:
    os.write(child.line, key)


def _hang_up(child: Child) -> None:
    """Close the terminal, whose number another file may have soon: once."""
    if child.line >= 0:
        os.close(child.line)
        child.line, child.ended = -1, True


WAYS: dict[str, tuple[Callable[[Child], None], frozenset[int]]] = {
    "Ctrl+Q": (lambda child: _press(child, b"\x11"), frozenset({0})),
    "Ctrl+C": (lambda child: _press(child, b"\x03"), frozenset({130})),
    "SIGINT": (lambda child: child.process.send_signal(signal.SIGINT), frozenset({130})),
    "SIGTERM": (lambda child: child.process.send_signal(signal.SIGTERM), frozenset({143})),
    "SIGHUP": (lambda child: child.process.send_signal(signal.SIGHUP), frozenset({129})),
    "SIGKILL": (lambda child: child.process.kill(), frozenset({-signal.SIGKILL})),
    "the terminal is closed": (_hang_up, frozenset({0, 129})),
}
"""How one leaves, and the exit codes that tell so."""


@dataclass
class Told:
    """What became of them. `first`: milliseconds to the first figure; `shares`: MiB of each, shared pages divided.

    `load`: how many programs wanted a core before they came.
    """

    wizards: int
    cores: int = field(default_factory=lambda: os.cpu_count() or 1)
    load: float = field(default_factory=lambda: round(os.getloadavg()[0], 1))
    first: list[int] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Crowd:
    """Wizards that run, and what each has sent. What they send is always read, or they would wait for it."""

    children: list[Child]
    sent: dict[int, bytearray] = field(default_factory=dict)
    first: dict[int, int] = field(default_factory=dict)

    def until(self, done: Callable[[], bool], patience: float) -> bool:
        """Read until it is so. False where it never was."""
        end = time.monotonic() + patience
        with selectors.DefaultSelector() as lines:
            for number, child in enumerate(self.children):
                if not child.ended:
                    lines.register(child.line, selectors.EVENT_READ, number)
            while not done():
                if time.monotonic() > end:
                    return False
                for key, _ in lines.select(0.05):
                    if not self._read(key.data):
                        lines.unregister(key.fileobj)
        return True

    def _read(self, number: int) -> bool:
        child, sent = self.children[number], self.sent.setdefault(number, bytearray())
        try:
            some = os.read(child.line, 65536)
        except OSError:  # the program closed its side
            some = b""
        sent += some
        child.ended = not some
        if number not in self.first and b"GiB" in sent:
            self.first[number] = round((time.perf_counter() - child.started) * 1000)
        return bool(some)


def play(wizards: int, folder: Path, command: Sequence[str] = COMMAND, patience: float = PATIENCE) -> Told:
    """Start so many, measure, end each by the way that is its turn."""
    told = Told(wizards)
    crowd = Crowd([Child(command, Kind(120, 40, truecolor=True), folder) for _ in range(wizards)])
    try:
        if not crowd.until(lambda: len(crowd.first) == wizards, patience):
            told.wrong.append(f"{wizards - len(crowd.first)} never showed a figure")
        told.first = sorted(crowd.first.values())
        told.shares = sorted(share(child.process.pid) for child in crowd.children if child.process.poll() is None)
        told.wrong += _ended(crowd, patience)
    finally:
        for child in crowd.children:
            _hang_up(child)
            child.process.kill()
            child.process.wait()
    told.wrong += [f"left running: {name}" for name in left_behind(folder)]
    return told


def _ended(crowd: Crowd, patience: float) -> list[str]:
    """What was wrong as they ended."""
    leaving = [(child, *list(WAYS.items())[number % len(WAYS)]) for number, child in enumerate(crowd.children)]
    for child, _, (leave, _) in leaving:
        if child.process.poll() is None:
            leave(child)
    crowd.until(lambda: all(child.process.poll() is not None for child in crowd.children), patience)
    wrong = [
        f"{way}: exit code {child.process.returncode}"
        for child, way, (_, codes) in leaving
        if child.process.returncode not in codes
    ]
    crashed = sum(b"Traceback (most recent call last)" in sent for sent in crowd.sent.values())
    return wrong + [f"{crashed} showed a traceback"] * bool(crashed)


def share(pid: int) -> float:
    """MiB of a process, where a page that several have is divided among them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024, 1)


def left_behind(folder: Path) -> list[str]:
    """Programs that run with this folder as their home, whatever session or parent they have."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"HOME={folder}".encode() in (place / "environ").read_bytes():
                found.append((place / "comm").read_text().strip())
        except OSError:  # it ended, or is another person's
            continue
    return found


def said(told: Told) -> str:
    """One line."""
    first, shares = [one / 1000 for one in told.first] or [0.0], told.shares or [0.0]
    when = f"{statistics.median(first):.1f} s (median) and {max(first):.1f} s (worst)"
    ended = f"ended by {min(told.wizards, len(WAYS))} ways; wrong: {len(told.wrong)}"
    much = f"{statistics.median(shares):.0f} MiB each (median), {max(shares):.0f} MiB (worst)"
    return (
        f"{told.wizards} wizards at once, on {told.cores} cores with a load of {told.load} before: "
        f"the first figure after {when}; {much}; {ended}."
    )


def main() -> int:
    """Play, tell, keep."""
    parser = argparse.ArgumentParser(prog="scripts.crowd", description=__doc__)
    parser.add_argument("--wizards", type=int, default=50)
    parser.add_argument("--record", action="store_true", help=f"keep what became of them in {RECORD.name}")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = play(asked.wizards, Path(folder))
    sys.stdout.write("\n".join([said(told), *told.wrong]) + "\n")
    if asked.record:
        RECORD.write_text(json.dumps(asdict(told)) + "\n")
    return bool(told.wrong)


if __name__ == "__main__":
    sys.exit(main())
