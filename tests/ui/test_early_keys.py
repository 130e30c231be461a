"""Keys that come before the page they open has anything to act on."""

from __future__ import annotations

from itertools import product

import pytest
from textual.events import Key

from tests.ui.apps import wizard

OPEN = ("f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "ctrl+p", "slash", "ctrl+s")
THEN = ("pagedown", "enter", "ctrl+f", "ctrl+s", "ctrl+z", "down", "tab", "c", "escape")


@pytest.mark.parametrize("opens", OPEN)
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
