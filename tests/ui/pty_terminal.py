"""A terminal for tests, of 80 columns and 24 rows unless they say otherwise, and the ways through the wizard on it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyte

from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.questions.question import Situation
from wizard.questions.steps import STEPS, position, shown

COLUMNS, ROWS = 80, 24
PATIENCE = 100.0
"""Seconds: a loaded machine of two cores is slow."""
WIZARD = (sys.executable, "-m", "wizard", "--demo", "rtx-4090")
_THERE = [STEPS[place] for place in shown(Situation(Plan({}), None, Machine()))]  # the steps that arise with one GPU
BATCH, REVIEW = (_THERE.index(STEPS[position(name)]) + 1 for name in ("batch", "review"))
_PAGES = [step.asks for step in _THERE]
_KEYS = {"NPage": b"\x1b[6~", "PPage": b"\x1b[5~", "Tab": b"\t", "Enter": b"\r", "C-c": b"\x03", "C-q": b"\x11"}
_ALTERNATE = 1049
_REST = 0.3
"""Seconds: longer than a terminal's program waits for what may follow an Escape."""
# A terminal that the leader of a session opens becomes its own: Ctrl+C and a closed line come as signals.
_ON_TERMINAL = 'line=$1; shift; exec "$@" <>"$line" >&0 2>&1'


class Watched(ABC):
    """A screen that a program draws on while a test waits for words and presses keys."""

    @abstractmethod
    def press(self, *keys: str) -> None:
        """Press keys by their tmux names; what is no name is typed."""

    @abstractmethod
    def display(self) -> str:
        """What the screen shows."""

    @abstractmethod
    def pause(self) -> bool:
        """Let the program go on for a moment; False where it has closed its side."""

    def wait(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until this holds."""
        end = time.monotonic() + PATIENCE
        open_still = True
        while not holds():
            assert time.monotonic() < end, f"{what} did not come; the screen:\n{self.display()}"
            open_still = self.pause() and open_still

    def shows(self, *words: str) -> str:
        """Wait until the screen shows all of this at once, however many blanks stand between."""
        self.wait(lambda: all(one in narrow(self.display()) for one in words), repr(words))
        return self.display()

    def go(self, to: int, since: int = 1) -> None:
        """From one step to another, page by page."""
        self.shows(_PAGES[since - 1])
        for page in _PAGES[since:to]:
            self.press("NPage")
            self.shows(page)

    def type_length(self, tokens: int) -> None:
        """At the step Batch, answer its first question, digit by digit. Its help says that the box has the focus."""
        self.shows("Longer rows are dropped")
        typed = ""
        for digit in str(tokens):
            typed += digit
            self.press(digit)
            self.shows(f"sequence_len {typed} ")

    def write(self) -> None:
        """At the step Review, write the file and leave. The help says that the button has the focus."""
        self.shows("Nothing is written before you say so")
        self.press("Enter")
        self.shows("Wrote axolotl.yml.", "axolotl train axolotl.yml")
        self.press("C-q")


class Terminal(Watched):
    """A command as the child of a pseudo-terminal. `owned`: it is the command's own, which hears when it goes."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        size: tuple[int, int] = (COLUMNS, ROWS),
        *,
        owned: bool = True,
    ) -> None:
        self.line, theirs = pty.openpty()
        _set_size(theirs, *size)
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", _ON_TERMINAL, "sh", os.ttyname(theirs), *command] if owned else list(command),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env={**_inherited(), "TERM": "xterm-256color", **environment},
            start_new_session=True,
        )
        os.close(theirs)
        self.sent = b""
        self._drawn = _Drawn(*size)
        self._stream = pyte.ByteStream(self._drawn)

    @property
    def pid(self) -> int:
        """The child's number."""
        return self.process.pid

    def press(self, *keys: str) -> None:
        """Press keys."""
        for key in keys:
            os.write(self.line, _KEYS.get(key, key.encode()))

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; what it shows then is cut or filled up with blanks."""
        _set_size(self.line, columns, rows)
        self._drawn.resize(rows, columns)

    def display(self) -> str:
        """The screen, drawn from all that was sent."""
        return "\n".join(self._drawn.display)

    def pause(self, most: float = 0.1) -> bool:
        """Read what has come; if nothing has, wait so many seconds for it."""
        if select.select([self.line], [], [], most)[0]:
            try:
                read = os.read(self.line, 65536)
            except OSError:  # the child closed its side
                time.sleep(0.05)
                return False
            self.sent += read
            self._stream.feed(read)
        return True

    def until(self, text: bytes) -> bytes:
        """Read until the program has sent this."""
        self.wait(lambda: text in self.sent, repr(text))
        return self.sent

    def settled(self) -> str:
        """Wait until the program waits for keys and all that it sent is read; the screen.

        A program that is kept from a processor is not taken for one that waits, however long that lasts.
        """
        self.wait(self._rests, "rest")
        return self.display()

    def _rests(self) -> bool:
        before = resting(self.pid)
        sent, end = len(self.sent), time.monotonic() + _REST
        while before is not None and len(self.sent) == sent and resting(self.pid) == before:
            if time.monotonic() >= end:
                return True
            self.pause()
        return False

    def left(self) -> int:
        """Wait for the end, and read to the last byte; the exit code."""
        self.wait(lambda: self.process.poll() is not None, "the end")
        while self.pause() and select.select([self.line], [], [], 0)[0]:
            pass
        return self.process.returncode

    def hang_up(self) -> None:
        """Close the terminal under the program."""
        os.close(self.line)
        self.line = -1

    def close(self) -> None:
        """Whatever happens, leave no process behind."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.line >= 0:
            self.hang_up()


class _Drawn(pyte.Screen):
    """A screen that is empty after each turn to or from the alternate one, which pyte does not keep apart."""

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        super().set_mode(*modes, **kwargs)
        self._turn(modes)

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        super().reset_mode(*modes, **kwargs)
        self._turn(modes)

    def _turn(self, modes: Sequence[int]) -> None:
        if _ALTERNATE in modes:
            self.erase_in_display(2)
            self.cursor_position()


def _inherited() -> dict[str, str]:
    """The environment without a size, which a terminal tells itself: who runs the tests may have said another one."""
    return {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}


def _set_size(line: int, columns: int, rows: int) -> None:
    fcntl.ioctl(line, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def narrow(text: str) -> str:
    """The text with one blank for many, and one behind each line."""
    return re.sub(" +", " ", text.replace("\n", " \n") + " ")


def environment(home: Path) -> dict[str, str]:
    """A person's own places, whose first run is over."""
    places = {"HOME": home, "XDG_STATE_HOME": home / "state", "XDG_CONFIG_HOME": home / "config"}
    return {
        **{name: str(place) for name, place in places.items()},
        "MEMWIZARD_FIRST_RUN": "0",
        "MEMWIZARD_AXOLOTL": "newest",
    }


def drafts(home: Path) -> list[str]:
    """The drafts in these places."""
    found = []
    for path in (home / "state").glob("memwizard/drafts/*.yml"):
        with contextlib.suppress(FileNotFoundError):
            found.append(path.read_text(encoding="utf-8"))
    return found


def family(pid: int) -> list[int]:
    """The processes below this one, the nearest first."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        state = _state(int(entry.name))
        if state is not None:
            below.setdefault(state[1], []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += below.get(one, [])
    return found[1:]


def name_of(pid: int) -> str:
    """What a process is called; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def noted(file: Path) -> int:
    """The process that wrote its number here; 0 where none did."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        return int(file.read_text(encoding="ascii"))
    return 0


def alive(pid: int) -> bool:
    """Whether a process still runs; one that only waits to be asked how it ended does not."""
    state = _state(pid)
    return state is not None and state[0] not in "ZX"


def resting(pid: int) -> int | None:
    """How often a process's main thread has slept, where all of its threads sleep now; else None."""
    states = [_stat(entry / "stat") for entry in Path(f"/proc/{pid}/task").glob("*")]
    if not states or any(state is None or state[0] != "S" for state in states):
        return None
    with contextlib.suppress(OSError, ValueError):
        status = Path(f"/proc/{pid}/task/{pid}/status").read_text(encoding="utf-8")
        return sum(int(line.split()[1]) for line in status.splitlines() if "ctxt_switches" in line)
    return None


def end(pid: int) -> None:
    """Kill a process that may be gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _state(pid: int) -> tuple[str, int] | None:
    """A process's state and its parent."""
    return _stat(Path(f"/proc/{pid}/stat"))


def _stat(file: Path) -> tuple[str, int] | None:
    """State and parent as told there."""
    try:
        state, parent = file.read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
    except OSError:
        return None
    return state, int(parent)
