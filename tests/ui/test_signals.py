"""A signal ends the wizard at whatever moment it comes, with its exit code, and the terminal is as it was."""

from __future__ import annotations

import signal
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.pty_terminal import WIZARD, Terminal, environment

SIGNALS = [signal.SIGHUP, signal.SIGINT, signal.SIGTERM]
MOMENTS = {
    "while-modules-are-imported": ("wizard.ui.look", None, "Look.__init__"),
    "before-the-run": ("wizard.ui.app", "MemwizardApp", "run"),
    "before-the-loop": ("asyncio.events", None, "new_event_loop"),
    "before-the-terminal-is-taken": ("textual.drivers.linux_driver", "LinuxDriver", "__init__"),
    "as-the-terminal-is-taken": ("textual.drivers.linux_driver", "LinuxDriver", "_enable_bracketed_paste"),
    "before-there-is-a-screen": ("wizard.ui.app", "MemwizardApp", "on_mount"),
    "before-the-screen-has-pages": ("wizard.ui.screens.wizard", "WizardScreen", "compose"),
    "before-a-page-has-boxes": ("wizard.ui.widgets.review_page", "ReviewPage", "compose"),
    "before-anything-is-drawn": ("wizard.ui.screens.wizard", "WizardScreen", "draw"),
    "while-it-leaves": ("wizard.ui.app", "MemwizardApp", "on_unmount"),
    "as-the-terminal-is-given-back": ("textual.drivers.linux_driver", "LinuxDriver", "stop_application_mode"),
    "during-the-last-words": ("wizard.cli.wizard", None, "_last_words"),
}
LATE = {"while-it-leaves", "as-the-terminal-is-given-back", "during-the-last-words"}
AT = """
import functools, importlib, os
import wizard.cli, wizard.cli.wizard, textual.app
module, names, number, before = {module!r}, {names!r}, {number}, {before!r}
owner = importlib.import_module(module)
*path, name = names
for one in path:
    owner = getattr(owner, one)
theirs = getattr(owner, name)
@functools.wraps(theirs)
def ours(*given, **named):
    setattr(owner, name, theirs)
    exec(before)
    os.kill(os.getpid(), number)
    return theirs(*given, **named)
setattr(owner, name, ours)
wizard.cli.main({arguments!r})
"""


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[list[Terminal]]:
    terminals: list[Terminal] = []
    yield terminals
    for one in terminals:
        one.close()


def start(
    opened: list[Terminal], folder: Path, module: str, names: list[str], number: int = 0, before: str = ""
) -> Terminal:
    """The wizard, which sends itself a signal before it calls this."""
    script = AT.format(module=module, names=names, number=number, before=before, arguments=list(WIZARD[3:]))
    opened.append(Terminal([sys.executable, "-c", script], folder, environment(folder)))
    return opened[-1]


def assert_left(terminal: Terminal, code: int, settings: list[object]) -> None:
    assert terminal.left() == code, terminal.display()
    assert terminal.sent.count(b"\x1b[?1049h") == terminal.sent.count(b"\x1b[?1049l")
    assert b"Traceback" not in terminal.sent
    assert termios.tcgetattr(terminal.line) == settings


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("moment", list(MOMENTS))
def test_a_signal_at_any_moment(opened: list[Terminal], tmp_path: Path, moment: str, number: signal.Signals) -> None:
    module, owner, name = MOMENTS[moment]
    terminal = start(opened, tmp_path, module, [*([owner] if owner else []), *name.split(".")], number)
    settings = termios.tcgetattr(terminal.line)
    if moment in LATE:
        terminal.shows("Where will it be trained?")
        terminal.press("C-q")
    assert_left(terminal, 128 + number, settings)


def test_a_wizard_that_does_not_hear_is_ended_all_the_same(opened: list[Terminal], tmp_path: Path) -> None:
    stuck = "import time, signal\nsignal.raise_signal(signal.SIGTERM)\ntime.sleep(60)"
    terminal = start(opened, tmp_path, "wizard.ui.screens.wizard", ["WizardScreen", "compose"], 0, stuck)
    settings = termios.tcgetattr(terminal.line)
    assert_left(terminal, 128 + signal.SIGTERM, settings)
    assert "memwizard: stopped; no file was changed" in terminal.display(), "a slow machine is told it too"


@pytest.mark.parametrize(("key", "code"), [("\x03", 130), ("\x11", 0)], ids=["ctrl+c", "ctrl+q"])
def test_a_key_that_leaves_before_there_are_pages(opened: list[Terminal], tmp_path: Path, key: str, code: int) -> None:
    typed = f"from textual.events import Key\ngiven[0].app.post_message(Key({'ctrl+c' if code else 'ctrl+q'!r}, None))"
    terminal = start(opened, tmp_path, "wizard.ui.screens.wizard", ["WizardScreen", "compose"], 0, typed)
    settings = termios.tcgetattr(terminal.line)
    assert_left(terminal, code, settings)
