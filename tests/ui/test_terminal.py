"""The real program on a real terminal: what it sends, and how it leaves."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.apps import digit
from tests.ui.pty_terminal import PATIENCE, WIZARD, Terminal

COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[list[Terminal]]:
    terminals: list[Terminal] = []
    yield terminals
    for one in terminals:
        one.close()


def start(opened: list[Terminal], folder: Path, **environment: str) -> Terminal:
    opened.append(Terminal(WIZARD, folder, {"MEMWIZARD_FIRST_RUN": "0", **environment}))
    return opened[-1]


def test_no_color_sends_no_colour(opened: list[Terminal], tmp_path: Path) -> None:
    terminal = start(opened, tmp_path, NO_COLOR="1")
    sent = terminal.until(b"^p")
    assert not COLOUR.search(sent)
    assert COLOUR.search(start(opened, tmp_path).until(b"^p"))


@pytest.mark.parametrize(("key", "code"), [("C-c", 130), ("C-q", 0)], ids=["ctrl+c", "ctrl+q"])
def test_leaving_restores_the_terminal_and_writes_nothing(
    opened: list[Terminal], tmp_path: Path, key: str, code: int
) -> None:
    terminal = start(opened, tmp_path)
    terminal.until(b"^p")
    terminal.press(key)
    assert terminal.left() == code
    assert b"\x1b[?1049l" in terminal.sent
    assert not list(tmp_path.glob("*.yml"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_a_signal_restores_the_terminal(opened: list[Terminal], tmp_path: Path, number: signal.Signals) -> None:
    terminal = start(opened, tmp_path)
    terminal.until(b"^p")
    os.kill(terminal.pid, number)
    assert terminal.left() == 128 + number
    assert b"\x1b[?1049l" in terminal.sent
    assert "stopped; no file was changed" in terminal.display()


@pytest.mark.parametrize("owned", [True, False], ids=["with a signal", "without one"])
def test_a_closed_terminal_ends_the_program(opened: list[Terminal], tmp_path: Path, owned: bool) -> None:
    terminal = Terminal(WIZARD, tmp_path, {"MEMWIZARD_FIRST_RUN": "0"}, owned=owned)
    opened.append(terminal)
    terminal.until(b"^p")
    terminal.hang_up()
    with contextlib.suppress(subprocess.TimeoutExpired):
        terminal.process.wait(PATIENCE)
    assert terminal.process.returncode is not None, "memwizard lives on without a terminal"


BATCH, REVIEW = int(digit("batch")) - 1, int(digit("review")) - 1


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (("NPage",) * BATCH + tuple("4096"), "sequence_len 4096 "),
        (("NPage",) * BATCH + ("Tab", "2"), "micro_batch_size 2 "),
        (("NPage",) * REVIEW + ("PPage",) * (REVIEW - BATCH) + ("8",), "sequence_len 8 "),
    ],
    ids=["steps-digits", "steps-tab-digit", "there-and-back"],
)
def test_keys_typed_ahead_go_where_they_would(
    opened: list[Terminal], tmp_path: Path, keys: tuple[str, ...], words: str
) -> None:
    terminal = start(opened, tmp_path, XDG_STATE_HOME=str(tmp_path / "state"))
    terminal.until(b"^p")
    terminal.press(*keys)
    terminal.shows(words)
