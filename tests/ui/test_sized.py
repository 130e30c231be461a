"""Sizes that come faster than they are drawn: no screen is laid out for one that its app has no more."""

from __future__ import annotations

import pytest
from textual.events import Resize
from textual.geometry import Size

from tests.ui.apps import wizard

NOW, BEFORE = (120, 40), Size(80, 24)


@pytest.mark.parametrize("over", [None, "f1", "ctrl+p"], ids=["wizard", "page", "palette"])
async def test_a_size_of_a_moment_ago_is_not_taken(over: str | None) -> None:
    app = wizard()
    async with app.run_test(size=NOW) as pilot:
        if over is not None:
            await pilot.press(over)
            await pilot.pause()
        app.screen.post_message(Resize(BEFORE, BEFORE))
        await pilot.pause(0.1)
        assert app.screen._compositor.size == NOW
