"""Stopped, by whatever signal, and continued: the screen is there again, keys work, the terminal is given back."""

from __future__ import annotations

import asyncio
import os
import signal
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.pty_terminal import WIZARD, Terminal, environment
from wizard.ui.pausing import Pausing


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[list[Terminal]]:
    terminals: list[Terminal] = []
    yield terminals
    for one in terminals:
        one.close()


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGTSTP])
def test_stopped_and_continued(opened: list[Terminal], tmp_path: Path, number: signal.Signals) -> None:
    terminal = Terminal(WIZARD, tmp_path, environment(tmp_path))
    opened.append(terminal)
    settings = termios.tcgetattr(terminal.line)
    terminal.shows("Where will it be trained?")
    terminal.settled()
    before = threads(terminal.pid)
    for _ in range(3):
        os.kill(terminal.pid, number)
        terminal.wait(lambda: state(terminal.pid) == "T", "the stop")
        if number == signal.SIGTSTP:
            assert termios.tcgetattr(terminal.line) == settings, "the shell gets the terminal as it was"
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.wait(lambda: state(terminal.pid) != "T", "the end of the stop")
        terminal.shows("Where will it be trained?")
        terminal.settled()
    assert threads(terminal.pid) == before
    terminal.press("NPage")
    terminal.shows("What will be trained?")
    terminal.press("C-q")
    assert terminal.left() == 0
    assert termios.tcgetattr(terminal.line) == settings
    assert terminal.sent.count(b"\x1b[?1049h") == terminal.sent.count(b"\x1b[?1049l")


def test_continued_while_it_leaves(opened: list[Terminal], tmp_path: Path) -> None:
    """Somebody stops and continues it when the terminal is given back already, and the last words are said."""
    import sys

    script = (
        "import os, signal, sys\nimport wizard.cli, wizard.cli.wizard as module\n"
        "theirs = module._last_words\n"
        "def ours(*given):\n    os.kill(os.getpid(), signal.SIGCONT)\n    theirs(*given)\n"
        f"module._last_words = ours\nwizard.cli.main({list(WIZARD[3:])!r})\n"
    )
    terminal = Terminal([sys.executable, "-c", script], tmp_path, environment(tmp_path))
    opened.append(terminal)
    settings = termios.tcgetattr(terminal.line)
    terminal.shows("Where will it be trained?")
    terminal.press("C-q")
    assert terminal.left() == 0, terminal.display()
    assert termios.tcgetattr(terminal.line) == settings


async def test_a_signal_that_another_thread_gets_wakes_the_loop() -> None:
    """The kernel gives it to any: as a process goes on, to one that does so before the main one."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTSTP, signal.SIGCONT)}
    drawn, pausing = asyncio.Event(), Pausing()
    try:
        pausing.begin(drawn.set)
        threading.Timer(0.2, lambda: signal.pthread_kill(threading.get_ident(), signal.SIGCONT)).start()
        begun = time.monotonic()
        await asyncio.wait_for(drawn.wait(), 20)  # whose end would wake it, too
        assert time.monotonic() - begun < 10
    finally:
        pausing.end()
        for number, handler in before.items():
            signal.signal(number, handler)
