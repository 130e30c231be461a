"""The Model step begins with models that suit the machine, and what they are is told."""

from __future__ import annotations

from textual.widgets import DataTable, Input

from tests.ui.apps import hint, until, values, wizard
from wizard.session.model_search import offered
from wizard.ui.app import MemwizardApp
from wizard.ui.widgets.model_page import ModelPage

SIZE = (80, 24)


def names(app: MemwizardApp) -> list[str]:
    return app.screen.query_one(ModelPage).shown


async def test_what_suits_stands_first_and_enter_takes_it() -> None:
    app = wizard(start="model")
    async with app.run_test(size=SIZE) as pilot:
        found = [one.id for one in offered(app.wizard.session.state)]
        current = str(values(app)["base_model"])
        assert names(app)[: len(found) + 1] == [current, *found]
        app.screen.query_one(DataTable).focus()
        await pilot.press("home", "down")
        await until(pilot, lambda: hint(app).startswith("Recommended here: "))
        second = names(app)[1]
        await pilot.press("enter")
        await until(pilot, lambda: values(app)["base_model"] == second)


async def test_a_kind_and_a_size_narrow_it() -> None:
    app = wizard(start="model")
    async with app.run_test(size=SIZE) as pilot:
        box = app.screen.query_one(ModelPage).query_one(Input)
        box.focus()
        box.value = "code <8B"
        await until(pilot, lambda: "Coder" in names(app)[0])
        wanted = [one.id for one in offered(app.wizard.session.state, "code", 8_000_000_000)]
        assert names(app)[: len(wanted)] == wanted
        assert all("code" in name.lower() for name in names(app))
        await pilot.press("enter")
        await until(pilot, lambda: values(app)["base_model"] == wanted[0])


async def test_words_search_the_whole_catalogue() -> None:
    app = wizard(start="model")
    async with app.run_test(size=SIZE) as pilot:
        app.screen.query_one(ModelPage).query_one(Input).value = "smollm2"
        await until(pilot, lambda: bool(names(app)) and all("smollm" in one.lower() for one in names(app)))
