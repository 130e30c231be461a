"""Keys that come before the page they open has anything to act on."""

from __future__ import annotations

import asyncio
from itertools import product

import pytest
from textual.command import CommandList
from textual.events import Key
from textual.widgets import DataTable
from textual.widgets.data_table import RowKey

from tests.picked import picked
from tests.ui.apps import until, values, wizard
from wizard.questions.steps import position
from wizard.ui.in_order import KeyDone
from wizard.ui.palette import Palette
from wizard.ui.screens.keys import KeysScreen
from wizard.ui.screens.memory import MemoryScreen
from wizard.ui.screens.welcome import WelcomeScreen

OPEN = ("f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "ctrl+p", "slash", "ctrl+s")
THEN = ("pagedown", "enter", "ctrl+f", "ctrl+s", "ctrl+z", "down", "tab", "c", "escape")


@pytest.mark.parametrize("opens", picked(OPEN, 2))
async def test_a_key_at_once_after_the_one_that_opens_a_page(opens: str, tmp_path: object) -> None:
    app = wizard(target=f"{tmp_path}/my.yml")
    async with app.run_test(size=(80, 24)) as pilot:
        for first, then in product([opens], THEN):
            for name in (first, then, then):
                await app.on_event(Key(name, None))
            await pilot.pause()
            while len(app.screen_stack) > 1:
                app.pop_screen()
            await pilot.pause()
        assert app.crash is None


async def test_a_search_that_ends_when_the_palette_is_gone(tmp_path: object) -> None:
    app = wizard(target=f"{tmp_path}/my.yml")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        palette = app.screen
        assert isinstance(palette, Palette)
        found = palette.query_one(CommandList)
        palette.dismiss()
        await pilot.pause()
        assert not palette.is_active
        await palette.query("*").remove()
        palette._refresh_command_list(found, [], True)
        palette.dismiss()
        await pilot.pause()
        assert app.screen is app.wizard


async def test_a_key_for_a_palette_that_has_no_parts(tmp_path: object) -> None:
    app = wizard(target=f"{tmp_path}/my.yml")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        palette = app.screen
        assert isinstance(palette, Palette)
        await palette.query("*").remove()
        assert palette.is_active
        assert not await app.run_action("cursor_down", palette)
        await pilot.press("down")
        palette.dismiss()
        await pilot.pause()
        assert app.screen is app.wizard


async def test_a_screen_that_never_was_there_holds_no_key(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    app = wizard(target=f"{tmp_path}/my.yml")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.whole)
        monkeypatch.setattr(app.wizard, "_mounted_event", asyncio.Event())
        monkeypatch.setattr(app.wizard, "_is_mounted", False)
        await asyncio.wait_for(app.on_event(Key("pagedown", None)), 60)
        await until(pilot, lambda: app.wizard.session.step == position("model"))


async def test_what_was_to_be_drawn_when_the_page_is_gone(tmp_path: object) -> None:
    app = wizard(target=f"{tmp_path}/my.yml")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f2")
        page = app.screen
        assert isinstance(page, MemoryScreen)
        page.call_after_refresh(page._draw)
        page.dismiss()
        await page.query("*").remove()
        await pilot.pause()
        assert app.crash is None


async def test_a_pointer_in_an_empty_table(tmp_path: object) -> None:
    app = wizard(target=f"{tmp_path}/my.yml")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f8")
        page = app.screen
        assert isinstance(page, KeysScreen)
        page.search("zzqx")
        assert page.hits == []
        table = page.query_one(DataTable)
        page.explain(DataTable.RowHighlighted(table, table.cursor_row, RowKey()))
        page._tell(-1)
        assert page._at(-1) == ""


async def test_a_key_on_its_way_to_a_page_that_was_left(tmp_path: object) -> None:
    app = wizard(target=f"{tmp_path}/my.yml")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f2")
        page = app.screen
        assert isinstance(page, MemoryScreen)
        page.dismiss()
        await page.query("*").remove()
        assert not await app.run_action("explain", page)
        assert app.screen is app.wizard


_NAMES = {"-": "minus", ".": "full_stop"}


async def test_what_is_typed_at_once_is_done_in_its_order(tmp_path: object) -> None:
    """On a slow line a model, Enter and the next step come in one piece: Enter is not the next step's."""
    app = wizard(target=f"{tmp_path}/my.yml")
    async with app.run_test(size=(120, 40)) as pilot:
        for name in ("pagedown", *"smollm3-3b", "enter", "pagedown"):
            await app.on_event(Key(_NAMES.get(name, name), name if len(name) == 1 else None))
        await until(pilot, lambda: app.wizard.session.step == position("method"))
        await until(pilot, lambda: values(app)["base_model"] == "HuggingFaceTB/SmolLM3-3B")
        assert values(app)["adapter"] == "qlora"


async def test_what_waits_for_a_key_whose_widget_is_gone_does_not_wait_for_ever(tmp_path: object) -> None:
    app = wizard(target=f"{tmp_path}/my.yml")
    async with app.run_test(size=(80, 24)) as pilot:
        app._under_way = KeyDone()
        await app.on_event(Key("pagedown", None))
        assert app.wizard.session.step == position("machine")
        await until(pilot, lambda: app.wizard.session.step == position("model"))


@pytest.mark.parametrize("size", [(120, 40), (60, 20)])
async def test_page_down_goes_on_from_the_greeting_once_it_is_read(tmp_path: object, size: tuple[int, int]) -> None:
    """The greeting says so; who types ahead means the wizard by it."""
    app = wizard(target=f"{tmp_path}/my.yml", first=True)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WelcomeScreen) and app.whole)
        page = app.screen
        assert isinstance(page, WelcomeScreen)
        for _ in range(9):
            if page.read_to_its_end:
                break
            await pilot.press("pagedown")
            assert isinstance(app.screen, WelcomeScreen)
            await pilot.wait_for_animation()
        await pilot.press("pagedown")
        await until(pilot, lambda: app.screen is app.wizard and app.wizard.session.step == position("model"))
