"""A program as the child of a pseudo-terminal: press a key, count what it sends until it is quiet."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[2]
QUIET = 0.15  # seconds without a byte: the answer is whole
PATIENCE = 2.0  # seconds for the first byte of an answer
LIMIT = 20.0  # seconds after which an answer that goes on and on is cut
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?<=>]*[ -/]*[@-~]|[@-Z\\^_=>78])")


@dataclass(frozen=True, slots=True)
class Kind:
    """A terminal: its size in cells and its colours."""

    columns: int
    rows: int
    truecolor: bool

    @property
    def name(self) -> str:
        """As the table shows it."""
        return f"{self.columns}x{self.rows}, {'truecolor' if self.truecolor else '256 colours'}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and how long after the question its last byte did."""

    sent: bytes
    milliseconds: float

    @property
    def size(self) -> int:
        """How many bytes came."""
        return len(self.sent)


class EndedError(Exception):
    """The program ended while it was driven."""


def environment(kind: Kind, folder: Path) -> dict[str, str]:
    """Nothing of this person's: a home of its own, the terminal named, this checkout first."""
    own = {name: str(folder / name.lower()) for name in _FOLDERS}
    terminal = {"TERM": "xterm-256color", **({"COLORTERM": "truecolor"} if kind.truecolor else {})}
    path = os.environ.get("PATH", os.defpath)
    known = {"PATH": path, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "MEMWIZARD_FIRST_RUN": "0"}
    return {**known, **own, **terminal}


_FOLDERS = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")


class Child:
    """A program on a terminal of its own; the terminal answers no query, as many real ones do not."""

    def __init__(self, command: Sequence[str], kind: Kind, folder: Path, quiet: float = QUIET) -> None:
        self.quiet = quiet
        self.line, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", kind.rows, kind.columns, 0, 0))
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=side,
            stdout=side,
            stderr=side,
            cwd=folder,
            env=environment(kind, folder),
            start_new_session=True,
        )
        os.close(side)
        self.ended = False

    def __enter__(self) -> Child:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def settle(self, since: float, quiet: float = QUIET, patience: float = PATIENCE) -> Answer:
        """Read until nothing has come for `quiet` seconds; the time counts to the last byte."""
        quiet = max(quiet, self.quiet)
        sent = b""
        last, stop = since, since + LIMIT + patience
        wait = patience
        while time.perf_counter() < stop and select.select([self.line], [], [], wait)[0]:
            chunk = self._read()
            if not chunk:
                break
            sent += chunk
            last, wait = time.perf_counter(), quiet
        return Answer(sent, (last - since) * 1000)

    def first(self, quiet: float = QUIET) -> Answer:
        """The first screen, counted from the start of the program."""
        return self._alive(self.settle(self.started, quiet, patience=30.0))

    def press(self, key: bytes, quiet: float = QUIET) -> Answer:
        """Send a key; its whole answer."""
        since = time.perf_counter()
        os.write(self.line, key)
        return self._alive(self.settle(since, quiet))

    def idle(self, seconds: float) -> int:
        """Leave the program alone; the bytes it sends all the same."""
        end, size = time.perf_counter() + seconds, 0
        while (left := end - time.perf_counter()) > 0 and not self.ended:
            if select.select([self.line], [], [], left)[0]:
                size += len(self._read())
        return size

    def close(self) -> None:
        """Leave no process behind, whatever happened."""
        self.process.kill()
        self.process.wait()
        os.close(self.line)

    def _read(self) -> bytes:
        try:
            chunk = os.read(self.line, 65536)
        except OSError:  # the program closed its side
            chunk = b""
        self.ended = not chunk
        return chunk

    def _alive(self, answer: Answer) -> Answer:
        if self.ended:
            says = _ESCAPES.sub("", answer.sent.decode("utf-8", "replace")).strip()
            raise EndedError(f"the program ended; it said last: {says[-600:]}")
        return answer
