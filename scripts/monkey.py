"""`python -m scripts.monkey --minutes N | --keys N [--seed S] [--record]`: keys at random on the real program.

The wizard runs on a pseudo-terminal, which is resized, stopped and continued meanwhile; where a key leaves it, it is
started again with what it kept. Prints what went wrong and how much the memory of each session grew; 1 where anything
is wrong.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import signal
import struct
import sys
import tempfile
import termios
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

from benchmarks.wire.terminal import Child, Kind

RECORD = Path(__file__).with_name("monkey.json")
WARM = 1500
"""Keys after which everything has been shown once: what a session needs beyond that is growth."""
MOST = 10.0
"""MiB that a session may grow by then."""
_MOVES = [b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1b[5~", b"\x1b[6~", b"\t", b"\x1b[Z", b"\x1b[H", b"\x1b[F"]
_PAGES = [b"\x1bOP", b"\x1bOQ", b"\x1bOR", b"\x1bOS", *(b"\x1b[%d~" % number for number in (15, 17, 18, 19, 20, 21))]
_CHANGES = [b"\x06", b"\x07", b"\x1a", b"\x19", b"\x10", b"\x13", b"\x0c", b"\x05", b"\r", b" ", b"\x7f", b"\x1b[3~"]
_TYPED = [bytes([one]) for one in b"0123456789abcdefghijklmnopqrstuvwxyz.-_=[]{}:,#'\"?*!"] + [
    "é".encode(),
    "日".encode(),
]
_ODD = [
    b"\x1b[99;99R",
    b"\x1b]11;rgb:ffff/ffff/ffff\x07",
    b"\x1b[200~a: 1\nb\x1b[201~",
    b"\xff",
    b"\x00",
    b"\x1b[<0;5;5M",
    b"\x1b[M !!",
]
_LEAVES = [b"\x11", b"\x03"]
SIZES = ((80, 24), (120, 40), (60, 20), (200, 60), (30, 8), (1, 1), (80, 3), (10, 40))


@dataclass
class Told:
    """What became of it. `growths`: MiB of each session beyond its first keys, where it came so far."""

    seed: int
    keys: int = 0
    sessions: int = 0
    growths: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Monkey:
    """One person who presses anything, in a folder of their own."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.dice, self.told = folder, Random(seed), Told(seed)

    def play(self, keys: int, until: float) -> Told:
        """So many keys, in as many sessions as it takes, but no longer than until then (monotonic seconds)."""
        while self.told.keys < keys and time.monotonic() < until and not self.told.wrong:
            self.told.sessions += 1
            self._session(keys, until)
        return self.told

    def _session(self, keys: int, until: float) -> None:
        begin = ["--preset", "qlora-24gb"] if self.told.sessions % 3 else ["--config", "axolotl.yml"]
        if not (self.folder / "axolotl.yml").exists():
            begin = []
        named = ["env", "EDITOR=true", sys.executable, "-m", "wizard", "--gpu", "rtx-4090", *begin]
        with Child(named, Kind(80, 24, truecolor=True), self.folder) as child:
            sent = child.settle(child.started, 0.1, patience=60.0).sent
            pressed, base, grown = 0, 0.0, 0.0
            while self.told.keys < keys and time.monotonic() < until and not child.ended:
                sent = (sent + self._press(child))[-20_000:]
                pressed += 1
                self.told.keys += 1
                if pressed >= WARM and pressed % 100 == 0 and not child.ended:
                    now = resident(child.process.pid)  # as it goes: most sessions end by a key
                    base = base or now
                    grown = now - base if now else grown  # 0: it has just ended
                if b"Traceback (most recent call last)" in sent:
                    self.told.wrong.append(f"key {self.told.keys}: {sent[-2000:].decode(errors='replace')}")
                    return
            if pressed >= WARM + 100:
                self.told.growths.append(round(grown, 1))
            if not child.ended:
                self._leave(child)
            code = child.process.wait(60)
            if code not in (0, 130):
                self.told.wrong.append(f"key {self.told.keys}: left with {code}: {self._last_words(sent)}")
            left = orphans(child.process.pid)
            if left:
                self.told.wrong.append(f"key {self.told.keys}: left running: {left}")

    def _press(self, child: Child) -> bytes:
        kinds = ((_MOVES, 30), (_TYPED, 30), (_CHANGES, 18), (_PAGES, 14), ([b"\x1b"], 12), (_ODD, 1), (_LEAVES, 0.02))
        (chosen,) = self.dice.choices([one for one, _ in kinds], weights=[weight for _, weight in kinds])
        if self.dice.random() < 0.004:
            columns, rows = self.dice.choice(SIZES)
            fcntl.ioctl(child.line, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if self.dice.random() < 0.002:
            for number in (signal.SIGSTOP, signal.SIGCONT):
                os.killpg(child.process.pid, number)
        try:
            os.write(child.line, self.dice.choice(chosen))
        except OSError:  # it has just ended
            child.ended = True
            return b""
        return child.settle(time.perf_counter(), quiet=0.005, patience=0.03).sent

    def _last_words(self, sent: bytes) -> str:
        """Where it happened, as the program itself keeps it, else what it sent last."""
        kept = self.folder / "xdg_state_home" / "memwizard" / "defect.txt"
        return kept.read_text()[-3000:] if kept.exists() else sent[-800:].decode(errors="replace")

    def _leave(self, child: Child) -> None:
        end = time.monotonic() + 60
        while not child.ended and time.monotonic() < end:
            os.write(child.line, b"\x03")
            child.settle(time.perf_counter(), 0.1, patience=1.0)


def resident(pid: int) -> float:
    """MiB of a process's memory that are in use."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def orphans(session: int) -> list[str]:
    """The programs of a session that still run."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            head, _, rest = place.read_text().rpartition(") ")
        except OSError:  # it ended meanwhile
            continue
        state, _, _, its = rest.split()[:4]
        if int(its) == session and state != "Z":
            found.append(head.partition("(")[2])
    return found


def main() -> int:
    """Play, tell, keep."""
    parser = argparse.ArgumentParser(prog="scripts.monkey", description=__doc__)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--keys", type=int, default=10**9)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", action="store_true", help=f"keep what became of it in {RECORD.name}")
    asked = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        told = Monkey(Path(folder), asked.seed).play(asked.keys, begun + asked.minutes * 60)
    told.wrong += [f"a session grew by {one} MiB" for one in told.growths if one > MOST]
    row = {**asdict(told), "minutes": round((time.monotonic() - begun) / 60, 1)}
    sys.stdout.write(json.dumps(row, indent=1) + "\n")
    if asked.record:
        RECORD.write_text(json.dumps(row, indent=1) + "\n")
    return bool(told.wrong)


if __name__ == "__main__":
    sys.exit(main())
