"""The screen of a run, with a run that is made up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.apps import on_screen, until
from wizard.domain.units import GIB
from wizard.session.run_view import HeldRow, RunSeen
from wizard.session.scrollback import Scrollback
from wizard.ui.look import Look
from wizard.ui.run_app import RunApp
from wizard.ui.screens.run import RunScreen
from wizard.ui.widgets.held_table import bar, table
from wizard.ui.widgets.output_pane import OutputPane, parted

ROWS = (
    HeldRow("GPU 0", int(12.3 * GIB), int(13.1 * GIB), int(14.1 * GIB), 15 * GIB, 24 * GIB),
    HeldRow("host", 2 * GIB, 3 * GIB, 3 * GIB, 4 * GIB, 31 * GIB),
)


class Played:
    """A run that does as a test says."""

    name = "my.yml"
    launched = True
    verdict_at = 0

    def __init__(self) -> None:
        self.output = Scrollback()
        self.seen = RunSeen("step 12 of 600", ROWS)
        self.asked: list[str] = []

    def look(self) -> RunSeen:
        return self.seen

    def stop(self) -> str:
        self.asked.append("stop")
        return "asked to stop"

    def after_save(self) -> str:
        self.asked.append("save")
        return "after its next checkpoint"

    def resized(self) -> None:
        self.asked.append("size")

    def pause(self) -> None: ...

    def go_on(self) -> None: ...


def lines(app: RunApp) -> list[str]:
    return [line.rstrip() for line in on_screen(app)]  # type: ignore[arg-type]


def look(app: RunApp) -> None:
    app.watched.look()


def test_figures_are_aligned_and_the_bar_needs_no_colour() -> None:
    shown = table(ROWS, 100).plain.split("\n")
    assert shown[0].startswith("GiB     now  peak  likely  high    of  █ now")
    assert shown[1].startswith("GPU 0  12.3  13.1    14.1  15.0  24.0  █")
    assert shown[2].startswith("host    2.0   3.0     3.0   4.0  31.0  █")
    assert bar(HeldRow("a", 6 * GIB, 8 * GIB, 10 * GIB, 12 * GIB, 20 * GIB), 20).plain == "██████▒▒··L·H·······"
    beyond = bar(HeldRow("a", 40 * GIB, 40 * GIB, 10 * GIB, 10 * GIB, 20 * GIB), 20).plain
    assert beyond == "█████L████│█████████"
    assert "█" not in table(ROWS, 45).plain  # no room: figures alone
    assert table((HeldRow("GPU"),), 40).plain.split("\n")[1].split() == ["GPU", *"-----"]


def test_a_long_line_is_parted_at_blanks() -> None:
    assert parted("one two three", 9) == ["one two ", "three"]
    assert parted("x" * 10, 4) == ["xxxx", "xxxx", "xx"]
    assert "".join(parted("日本語 " * 9, 10)) == "日本語 " * 9


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)], ids=str)
async def test_it_shows_where_it_is_and_what_it_prints(size: tuple[int, int]) -> None:
    run = Played()
    run.output.takes(b"".join(b"line %d\n" % number for number in range(100)))
    app = RunApp(run)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        shown = lines(app)
        assert "memwizard my.yml" in shown[0]
        assert "step 12 of 600" in shown[0]
        assert any("12.3  13.1    14.1  15.0  24.0" in line for line in shown)
        assert "line 99" in shown[-3]
        assert shown[-1].startswith("q stop s stop after save")
        run.seen = replace(run.seen, news=("memory of the GPU grows: step 329 of 600 will be the last",))
        look(app)
        await pilot.pause()
        assert any("! memory of the GPU grows" in line for line in lines(app))


async def test_output_stands_still_while_it_is_paused() -> None:
    run = Played()
    run.output.takes(b"".join(b"line %d\n" % number for number in range(100)))
    app = RunApp(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.whole)
        await pilot.press("space")
        run.output.takes(b"line 100\n")
        look(app)
        await pilot.pause()
        assert "line 99" in lines(app)[-3]
        assert any("paused at line 100 of 101" in line for line in lines(app))
        await pilot.press("pageup")
        await pilot.pause()
        assert "line 99" not in "\n".join(lines(app))
        await pilot.press("home")
        await pilot.pause()
        assert any(line == "line 0" for line in lines(app))
        await pilot.press("end")
        await pilot.pause()
        assert "line 100" in lines(app)[-3]


async def test_keys_ask_the_run() -> None:
    run = Played()
    app = RunApp(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.whole)
        run.asked.clear()
        await pilot.press("q", "up", "q", "s")
        await pilot.pause()
        assert run.asked == ["save"]
        await pilot.press("q", "q")
        await pilot.pause()
        assert run.asked == ["save", "stop"]
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert run.asked == ["save", "stop", "stop"]
        await pilot.press("f1")
        await pilot.pause()
        assert any("Keys" in line for line in lines(app))
        await pilot.press("q")
        await pilot.pause()
        assert isinstance(app.screen, RunScreen)
        assert run.asked == ["save", "stop", "stop"]


async def test_a_run_that_is_watched_alone_is_not_asked() -> None:
    run = Played()
    run.launched = False
    app = RunApp(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.whole)
        assert "stop after save" not in lines(app)[-1]
        run.asked.clear()
        await pilot.press("s", "q")
        await pilot.pause()
        assert run.asked == ["stop"]


async def test_the_verdict_stays_until_a_key_and_begins_at_the_top() -> None:
    run = Played()
    app = RunApp(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.whole)
        run.output.takes(b"".join(b"line %d\n" % number for number in range(100)))
        run.verdict_at = run.output.end
        run.output.says("\n".join(["memwizard: it ended with exit code 1", *(f"why {number}" for number in range(40))]))
        run.seen = replace(run.seen, ended="it ended with exit code 1", news=("one", "two"))
        look(app)
        await pilot.pause()
        pane = app.watched.query_one(OutputPane)
        assert lines(app)[pane.content_region.y] == "memwizard: it ended with exit code 1"
        assert "q leave" in lines(app)[-1]
        await pilot.press("x", "pagedown")
        await pilot.pause()
        assert app.is_running
        assert run.asked.count("stop") == 0
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)


async def test_without_colour_and_in_ascii() -> None:
    app = RunApp(Played(), Look("dark", colourless=True, ascii=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = app.screen._compositor.render_strips()
        text = "\n".join("".join(part.text for part in strip) for strip in shown)
        filtered = app._ascii.apply(list(shown[2]), app.screen.background_colors[1])
        assert "".join(part.text for part in filtered).isascii()
        assert "GPU 0" in text
