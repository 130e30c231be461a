"""The wizard follows the size of its terminal, whatever else happens at the same time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from benchmarks.resize_storm import CALM, calm, storm
from tests.ui.pty_terminal import WIZARD, Terminal, environment
from wizard.questions.steps import position


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


def fills(terminal: Terminal) -> bool:
    """Whether the keys, whole, stand in the last row, and what is beside the form, if anything, at the right edge."""
    rows = terminal.display().splitlines()
    return (
        rows[-1].startswith("PgDn next")
        and rows[-1].rstrip().endswith("^p all")
        and (len(rows[0]) < 120 or any(row[-40:].strip() for row in rows[1:-1]))
    )


MODEL = position("model") + 1


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.02, 0.03])
def test_a_screen_that_is_narrowed_while_it_is_drawn(opened: list[Terminal], tmp_path: Path, delay: float) -> None:
    terminal = start(opened, tmp_path, (200, 40))
    terminal.shows("Where will it be trained?")
    terminal.press(str(MODEL))
    time.sleep(delay)
    terminal.resize(100, 40)
    terminal.go(MODEL + 1, since=MODEL)
    leave(terminal)


ON_STDOUT = ["--preset", "qlora-24gb", "--gpu", "24GiB", "-o", "-"]


@pytest.mark.parametrize("there", [">my.yml", "| cat >my.yml"], ids=["file", "pipe"])
def test_the_screen_is_as_wide_as_its_terminal_when_stdout_is_elsewhere(
    opened: list[Terminal], tmp_path: Path, there: str
) -> None:
    command = ["/bin/sh", "-c", f'"$@" {there}', "sh", *WIZARD[:3], *ON_STDOUT]
    terminal = start(opened, tmp_path, (140, 40), command)
    terminal.shows("Where will it be trained?", "Memory", "Findings")
    terminal.wait(lambda: fills(terminal), "a screen of 140 columns")
    terminal.resize(100, 30)
    terminal.wait(lambda: fills(terminal), "a screen of 100 columns")
    terminal.go(6)
    leave(terminal)
    assert not (tmp_path / "my.yml").read_text(encoding="utf-8")


def test_the_terminal_is_asked_even_where_another_size_is_exported(opened: list[Terminal], tmp_path: Path) -> None:
    sized = {"COLUMNS": "200", "LINES": "60"}
    opened.append(Terminal(WIZARD, tmp_path, {**environment(tmp_path), **sized}, (100, 30)))
    terminal = opened[-1]
    terminal.shows("Where will it be trained?")
    terminal.wait(lambda: fills(terminal), "a screen of 100 columns")
    terminal.resize(90, 25)
    terminal.wait(lambda: fills(terminal), "a screen of 90 columns")
    leave(terminal)


def test_what_a_terminal_lost_while_it_was_narrow_comes_back(opened: list[Terminal], tmp_path: Path) -> None:
    terminal = start(opened, tmp_path, (120, 30))
    terminal.shows("Where will it be trained?", "Memory", "PgDn next")
    before = terminal.settled()
    terminal.resize(60, 20)
    terminal.resize(120, 30)
    terminal.wait(lambda: terminal.display() == before, "the screen as it was")
    leave(terminal)


def test_a_terminal_smaller_than_any_screen_shows_a_part_of_it(opened: list[Terminal], tmp_path: Path) -> None:
    terminal = start(opened, tmp_path, (20, 5))
    terminal.shows("Where will it be tr")
    for size in ((1, 1), (6, 48), (200, 2)):
        terminal.resize(*size)
        terminal.press("NPage")
        terminal.settled()
    terminal.resize(100, 30)
    terminal.shows("How much at once?")
    terminal.wait(lambda: fills(terminal), "a screen of 100 columns")
    leave(terminal)
    assert not list(tmp_path.rglob("defect.txt"))


def test_a_terminal_that_tells_its_new_size_itself(opened: list[Terminal], tmp_path: Path) -> None:
    terminal = start(opened, tmp_path, (80, 24))
    terminal.shows("Where will it be trained?")
    terminal.press("\x1b[?2048;2$y")  # it can
    terminal.until(b"\x1b[?2048h")
    for columns, rows in ((4, 3), (100, 30)):
        terminal.resize(columns, rows)
        terminal.press(f"\x1b[48;{rows};{columns};{rows * 16};{columns * 8}t")
        terminal.settled()
    terminal.wait(lambda: fills(terminal), "a screen of 100 columns")
    leave(terminal)


@pytest.mark.parametrize("seed", [1])
def test_a_terminal_whose_size_never_rests(opened: list[Terminal], tmp_path: Path, seed: int) -> None:
    """The whole: `python -m benchmarks.resize_storm`."""
    terminal = start(opened, tmp_path, CALM)
    terminal.shows("Where will it be trained?")
    storm(terminal, 60, seed)
    calm(terminal)
    assert not list(tmp_path.rglob("defect.txt"))
