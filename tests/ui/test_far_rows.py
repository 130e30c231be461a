"""Rows of a data set that is named by its id on the hub: beside the screen, once, or why there are none."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import pytest
from textual.widgets import Input

from tests.plain.dialogues import talk
from tests.ui.apps import on_screen, until, wizard
from wizard.cli.outside import RealOutside
from wizard.domain.head import Head
from wizard.session.opening import Opening
from wizard.ui.widgets.rows_view import RowsView
from wizard.world.presets import preset
from wizard.world.recorded import recorded

ID = "mhenrichsen/alpaca_2k_test"
ROWS = tuple({"instruction": f"Add {n}.", "input": "", "output": f"It is {n}."} for n in range(3))


class Far(RealOutside):
    """The hub may be asked. `ready`: it answers once this is set."""

    def __init__(self, found: Head) -> None:
        super().__init__(hub=True)
        self.found = found
        self.asked: list[object] = []
        self.ready = threading.Event()

    def far_head(self, entry: Mapping[str, object]) -> Head:
        self.asked.append(entry["path"])
        self.ready.wait(60)
        return self.found


TABLE = Head(ID, "", "table", tuple(ROWS[0]), ROWS, file="train.jsonl")


async def test_rows_of_the_hub_are_drawn_once_they_are_there() -> None:
    outside = Far(TABLE)
    app = wizard(start="data", outside=outside)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: outside.asked)
        assert not app.wizard.query_one(RowsView).display, "the screen does not wait"
        outside.ready.set()
        await until(pilot, lambda: app.wizard.query_one(RowsView).display)
        await pilot.pause()
        lines = on_screen(app)
        assert any("It is 0." in line for line in lines)
        assert any("(your file)" in line or "alpaca" in line for line in lines)
        await pilot.press("pageup", "pagedown")
        assert outside.asked == [ID], "once is enough"


async def test_nothing_is_looked_for_before_the_step_is_seen() -> None:
    outside = Far(TABLE)
    outside.ready.set()
    app = wizard(start="method", outside=outside)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.wizard.session.review.judged)
        await pilot.pause(0.1)
        assert outside.asked == []
        await pilot.press("5")
        await until(pilot, lambda: outside.asked)


async def test_what_is_still_typed_is_not_looked_for() -> None:
    outside = Far(TABLE)
    outside.ready.set()
    app = wizard(start="data", outside=outside)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: outside.asked)
        app.wizard.query_one("#entry-path", Input).value = ""
        for letter in "owner/name":
            app.wizard.query_one("#entry-path", Input).value += letter
        await until(pilot, lambda: len(outside.asked) > 1)
        await pilot.pause()
        assert outside.asked == [ID, "owner/name"]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
async def test_why_there_are_none_is_said(size: tuple[int, int]) -> None:
    outside = Far(Head(ID, "", "unread", why="the hub did not answer in time"))
    outside.ready.set()
    app = wizard(start="data", outside=outside)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.wizard.query_one(RowsView).display)
        await pilot.pause()
        assert any("No rows to show: the hub did not answer in time." in line for line in on_screen(app))


async def test_without_the_hub_it_is_said_at_once_how_it_would_be_asked() -> None:
    app = wizard(start="data")
    async with app.run_test(size=(80, 43)):
        assert any("No rows to show: its rows are not on this machine" in line for line in on_screen(app))


def test_line_by_line_they_stand_behind_the_question_that_names_them() -> None:
    outside = Far(TABLE)
    outside.ready.set()
    opening = Opening(preset("qlora-24gb").plan, recorded("rtx-4090"), "qlora-24gb", "axolotl.yml")
    _, person = talk(opening, "step data", "", "quit", outside=outside)
    assert "As it learns" in person.text
    assert "It is 0." in person.text
    assert outside.asked == [ID]
