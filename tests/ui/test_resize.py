"""The wizard follows the size of its terminal, whatever else happens at the same time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.ui.pty_terminal import WIZARD, Terminal, environment


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[list[Terminal]]:
    terminals: list[Terminal] = []
    yield terminals
    for one in terminals:
        one.close()


def start(opened: list[Terminal], folder: Path, size: tuple[int, int], command: Sequence[str] = WIZARD) -> Terminal:
    opened.append(Terminal(command, folder, environment(folder), size))
    return opened[-1]


def leave(terminal: Terminal) -> None:
    terminal.press("C-q")
    assert terminal.left() == 0, terminal.display()


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.02, 0.03])
def test_a_screen_that_is_narrowed_while_it_is_drawn(opened: list[Terminal], tmp_path: Path, delay: float) -> None:
    terminal = start(opened, tmp_path, (200, 40))
    terminal.shows("Where will it be trained?")
    terminal.press("2")
    time.sleep(delay)
    terminal.resize(100, 40)
    terminal.go(3, since=2)
    leave(terminal)
