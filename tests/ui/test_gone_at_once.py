"""A page that is gone before it was composed does no harm: keys come faster than pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.ui.apps import wizard
from wizard.ui.app import MemwizardApp
from wizard.ui.palette import Palette
from wizard.ui.screens.over import OverScreen

PAGES: dict[str, Callable[[MemwizardApp], object]] = {
    "palette": lambda app: app.action_command_palette(),
    "memory": lambda app: app.wizard.action_memory(),
    "file": lambda app: app.wizard.action_yaml(),
    "difference": lambda app: app.wizard.action_difference(),
    "fit": lambda app: app.wizard.action_fit(),
    "data": lambda app: app.wizard.action_data(),
    "keys": lambda app: app.wizard.action_keys(),
    "help": lambda app: app.wizard.action_help(),
    "stranger": lambda app: app.wizard.ask_about("nobody/nothing", "It is found nowhere."),
}


def opened(app: MemwizardApp, page: str) -> None:
    PAGES[page](app)
    assert isinstance(app.screen, OverScreen | Palette)
    assert not app.screen.children, "it is composed already, and this test tells nothing"


async def test_a_page_may_be_closed_before_it_is_composed() -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        for page in PAGES:
            opened(app, page)
            app.pop_screen()
            await pilot.pause()
            assert app.screen is app.wizard
    assert app.crash is None


@pytest.mark.parametrize("page", ["palette", "help", "keys"])
async def test_a_page_is_opened_while_another_of_its_kind_still_goes(page: str) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        opened(app, page)
        await pilot.pause()
        app.pop_screen()
        opened(app, page)
        await pilot.pause()
        assert app.screen is not app.wizard
        app.pop_screen()
    assert app.crash is None


@pytest.mark.parametrize("page", PAGES)
async def test_the_wizard_may_be_left_before_a_page_is_composed(page: str) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        opened(app, page)
        app.exit()
        await pilot.pause()
    assert app.crash is None


async def test_the_palette_keeps_the_looks_of_textuals() -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        assert app.screen.get_component_styles("command-palette--highlight")
    assert app.crash is None
