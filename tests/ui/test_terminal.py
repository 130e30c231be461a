"""The real program on a real terminal: what it sends, and how it leaves."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")


class Terminal:
    """memwizard as the child of a pseudo-terminal of 80 columns and 24 rows."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *arguments: str) -> None:
        self.pid, self.line = pty.fork()
        if self.pid == 0:  # the child
            os.chdir(folder)
            command = [sys.executable, "-m", "wizard", "--demo", "rtx-4090", *arguments]
            os.execve(
                sys.executable,
                command,
                {**os.environ, "TERM": "xterm-256color", "MEMWIZARD_FIRST_RUN": "0", **environment},
            )
        fcntl.ioctl(self.line, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.sent = b""

    def until(self, text: bytes, seconds: float = 30) -> bytes:
        """Read until the program has sent this."""
        end = time.monotonic() + seconds
        while text not in self.sent and time.monotonic() < end:
            if select.select([self.line], [], [], 0.2)[0]:
                try:
                    self.sent += os.read(self.line, 65536)
                except OSError:  # the child closed its side
                    break
        assert text in self.sent, self.sent[-500:]
        return self.sent

    def left(self, seconds: float = 20) -> int:
        """Wait for the end; its exit code."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                if select.select([self.line], [], [], 0.05)[0]:
                    self.sent += os.read(self.line, 65536)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError("memwizard did not end")

    def close(self) -> None:
        """Whatever happens, leave no process behind."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self.line >= 0:
            os.close(self.line)

    def hang_up(self) -> None:
        """Close the terminal under the program."""
        os.close(self.line)
        self.line = -1


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[list[Terminal]]:
    terminals: list[Terminal] = []
    yield terminals
    for one in terminals:
        one.close()


def start(opened: list[Terminal], folder: Path, **environment: str) -> Terminal:
    opened.append(Terminal(folder, environment))
    return opened[-1]


def test_no_color_sends_no_colour(opened: list[Terminal], tmp_path: Path) -> None:
    terminal = start(opened, tmp_path, NO_COLOR="1")
    sent = terminal.until(b"^p")
    assert not COLOUR.search(sent)
    assert COLOUR.search(start(opened, tmp_path).until(b"^p"))


@pytest.mark.parametrize(("key", "code"), [(b"\x03", 130), (b"\x11", 0)], ids=["ctrl+c", "ctrl+q"])
def test_leaving_restores_the_terminal_and_writes_nothing(
    opened: list[Terminal], tmp_path: Path, key: bytes, code: int
) -> None:
    terminal = start(opened, tmp_path)
    terminal.until(b"^p")
    os.write(terminal.line, key)
    assert terminal.left() == code
    assert b"\x1b[?1049l" in terminal.sent
    assert not list(tmp_path.glob("*.yml"))


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_restores_the_terminal(opened: list[Terminal], tmp_path: Path, number: signal.Signals) -> None:
    terminal = start(opened, tmp_path)
    terminal.until(b"^p")
    os.kill(terminal.pid, number)
    assert terminal.left() == 128 + number
    assert b"\x1b[?1049l" in terminal.sent


def test_a_closed_terminal_ends_the_program(opened: list[Terminal], tmp_path: Path) -> None:
    terminal = start(opened, tmp_path)
    terminal.until(b"^p")
    terminal.hang_up()
    end = time.monotonic() + 20
    while time.monotonic() < end:
        pid, _ = os.waitpid(terminal.pid, os.WNOHANG)
        if pid:
            terminal.pid = 0
            return
        time.sleep(0.05)
    raise AssertionError("memwizard lives on without a terminal")
