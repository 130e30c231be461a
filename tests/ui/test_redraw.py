"""What is left out of an update is really on the screen: drawn anew, it looks the same."""

from __future__ import annotations

import random
import select
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.pty_terminal import WIZARD, Terminal, environment

_KEYS = [
    "NPage", "\x1b[5~", "\x1b[B", "\x1b[A", "\t", "\x1b[Z", "4", "x", "\x7f", "\x06", "\x07", "\x1a", "\x19",
    "\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "q",
]  # fmt: skip
"""Not the palette: it searches, and draws what it has found when it has found it."""


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(WIZARD, tmp_path, environment(tmp_path))
    yield terminal
    terminal.close()


@pytest.mark.parametrize("seed", range(3))
def test_a_screen_drawn_anew_is_the_same(opened: Terminal, seed: int) -> None:
    opened.shows("Where will it be trained?")
    chance = random.Random(seed)
    for _ in range(12):
        keys = chance.choices(_KEYS, k=2)
        opened.press(*keys)
        before = opened.settled()
        sent = len(opened.sent)
        opened.press("\x0c")
        after = opened.settled()
        assert after == before, keys
        assert len(opened.sent) - sent > 1000  # it was drawn anew
        opened.press("\x1b")  # out of whatever is over the wizard
        opened.settled()


def test_nothing_is_sent_while_nobody_does_anything(opened: Terminal) -> None:
    opened.shows("Where will it be trained?")
    opened.settled()
    sent = len(opened.sent)
    assert not select.select([opened.line], [], [], 3)[0]
    assert len(opened.sent) == sent


def test_nothing_blinks_in_the_palette(opened: Terminal) -> None:
    opened.shows("Where will it be trained?")
    opened.press("\x10")
    opened.shows("Search for commands")
    listed = ("What will be trained?", "everything by name")  # it lists first what comes first
    opened.wait(lambda: any(one in opened.display() for one in listed), "what can be asked for")
    opened.wait(lambda: not select.select([opened.line], [], [], 2)[0], "two seconds without a byte")
