"""Where Textual is not as known, its own display is used, and that is said once at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region

from tests.ui.apps import wizard
from tests.ui.pty_terminal import WIZARD, Terminal, environment
from wizard.ui import display
from wizard.ui.display import on_own_terminal, unknown_part


def test_the_textual_that_is_installed_is_known() -> None:
    app = wizard()
    assert unknown_part(app) is None
    assert app.sparing_display.unknown is None
    assert app._display == app.sparing_display._show


def other_call(self: object, screen: object, renderable: object, moment: float) -> None:
    """A later `_display`."""


class OtherLayout(LayoutUpdate):
    """A later update, with its strips under another name."""

    def __init__(self, strips: list[Any], region: Region) -> None:
        super().__init__(strips, region)
        self.lines = self.__dict__.pop("strips")


class OtherChops(ChopsUpdate):
    """A later update, whose spans hold more."""

    def __init__(self, chops: Any, spans: Any, chop_ends: Any) -> None:
        super().__init__(chops, [(*span, 0) for span in spans], chop_ends)


@pytest.mark.parametrize(
    ("owner", "name", "other", "told"),
    [
        (App, "_display", other_call, "App._display"),
        (App, "_display", None, "App._display"),
        (App, "post_display_hook", other_call, "App.post_display_hook"),
        (App, "is_headless", "no", "App.is_headless"),
        (CompositorUpdate, "render_segments", None, "CompositorUpdate.render_segments"),
        (LayoutUpdate, "__init__", other_call, "LayoutUpdate"),
        (display, "LayoutUpdate", OtherLayout, "LayoutUpdate and ChopsUpdate"),
        (display, "ChopsUpdate", OtherChops, "LayoutUpdate and ChopsUpdate"),
        (display, "_missing", "no module named textual._compositor", "no module named textual._compositor"),
    ],
)
def test_what_is_not_as_known_is_told(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, other: object, told: str
) -> None:
    monkeypatch.setattr(owner, name, other, raising=False)
    app = wizard()
    assert app.sparing_display.unknown == told
    assert "_display" not in vars(app)


async def test_the_wizard_works_with_the_display_of_textual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_missing", "something")
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.sparing_display.unknown == "something"
        await pilot.press("pagedown", "ctrl+l")
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert app.wizard.session.step == 1


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[list[Terminal]]:
    terminals: list[Terminal] = []
    yield terminals
    for one in terminals:
        one.close()


OTHER_SIGNATURE = """
from textual.app import App
theirs = App._display
App._display = lambda self, screen, renderable, moment=0: theirs(self, screen, renderable)
"""
NO_MODULE = "import sys; sys.modules['wizard.ui.frame_diff'] = None"


@pytest.mark.parametrize(
    ("before", "told"), [(OTHER_SIGNATURE, "App._display"), (NO_MODULE, "wizard.ui.frame_diff")], ids=["call", "module"]
)
def test_another_textual_is_told_once_at_the_end(
    opened: list[Terminal], tmp_path: Path, before: str, told: str
) -> None:
    script = f"{before}\nfrom wizard.cli import main\nmain({list(WIZARD[3:])!r})"
    opened.append(Terminal([sys.executable, "-c", script], tmp_path, environment(tmp_path)))
    terminal = opened[-1]
    terminal.shows("Where will it be trained?")
    terminal.resize(100, 30)
    terminal.go(3)
    terminal.press("C-q")
    assert terminal.left() == 0
    after = terminal.sent.rpartition(b"\x1b[?1049l")[2].decode()
    assert after.count("this Textual is another than memwizard knows") == 1
    assert told in after


def test_a_driver_that_is_not_as_known_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert on_own_terminal(LinuxDriver) is not LinuxDriver
    monkeypatch.setattr(LinuxDriver, "_get_terminal_size", other_call)
    assert on_own_terminal(LinuxDriver) is LinuxDriver
    monkeypatch.delattr(LinuxDriver, "_get_terminal_size")
    assert on_own_terminal(LinuxDriver) is LinuxDriver
