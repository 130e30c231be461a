"""A list may be empty, and may have changed before what was chosen in it is heard of."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, Input

from tests.picked import picked
from tests.ui.apps import until, values, wizard
from wizard.ui.app import MemwizardApp
from wizard.ui.screens.fit import FitScreen
from wizard.ui.widgets.options import Line, Options

KEYS = ["up", "down", "home", "end", "enter", "space", "ctrl+home", "ctrl+end", "left", "right"]


async def searched(app: MemwizardApp, pilot: Pilot[None], wanted: str) -> DataTable[object]:
    """The list after a search."""
    box = app.wizard.query_one("#model-search", Input)
    table = app.wizard.query_one(DataTable)
    box.value = wanted
    await until(pilot, lambda: bool(table.row_count) is (wanted != "zzz"))
    return table


@pytest.mark.parametrize("key", picked(KEYS, 3))
async def test_keys_in_a_list_of_models_that_is_empty(key: str) -> None:
    app = wizard(start="model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        before = values(app)
        table = await searched(app, pilot, "zzz")
        table.focus()
        await pilot.press(key, "up", "enter")
        await pilot.pause()
        assert app.is_running
        assert values(app) == before


async def test_enter_in_a_list_that_was_empty_takes_the_row_that_is_marked() -> None:
    app = wizard(start="model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await searched(app, pilot, "zzz")
        table = await searched(app, pilot, "SmolLM3")
        assert table.cursor_row == 0
        table.focus()
        await pilot.press("enter")
        await until(pilot, lambda: "SmolLM3" in str(values(app)["base_model"]))
        assert values(app)["base_model"] == str(table.get_row_at(0)[1]).split()[0]


@pytest.mark.parametrize("step", ["machine", "method", "batch"])
async def test_an_answer_that_does_not_stand_there_any_more_is_not_taken(step: str) -> None:
    app = wizard(start=step)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        before = app.wizard.session.state
        for options in app.wizard.page.query(Options):
            for index in (0, 99):
                options.post_message(Options.Chosen(options, index, Line("gone")))
                options.post_message(Options.Pointed(options, index, Line("gone")))
        await pilot.pause()
        assert app.is_running
        assert app.wizard.session.state == before


async def test_an_answer_that_a_question_gave_before_it_was_taken_away_is_not_taken() -> None:
    app = wizard(start="method")
    async with app.run_test(size=(80, 50)) as pilot:
        await pilot.pause()
        targets = app.wizard.query_one("#options-targets", Options)
        taken = Options.Chosen(targets, 1, targets.lines[1])
        full = app.wizard.session.state.with_fields({"adapter": None, "load_in_4bit": False})
        app.wizard.took(app.wizard.session.change(full, "no adapter"))
        await until(pilot, lambda: not app.wizard.query_one("#question-targets").display)
        targets.post_message(taken)
        await pilot.pause()
        assert app.is_running
        assert app.wizard.session.state == full


async def test_a_proposal_that_is_gone_is_not_taken() -> None:
    app = wizard(start="method")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, FitScreen) and app.screen.proposals)
        screen = app.screen
        assert isinstance(screen, FitScreen)
        options = screen.query_one(Options)
        last = len(options.lines) - 1
        taken = Options.Chosen(options, last, options.lines[last])
        screen.proposals = screen.proposals[:1]
        options.show(options.lines[:1], None)
        options.post_message(taken)
        await pilot.pause()
        assert app.screen is screen
