"""Sizes that come faster than they are drawn: each screen rests on the last."""

from __future__ import annotations

import pytest
from textual.events import Resize
from textual.geometry import Size

from tests.ui.apps import wizard

SMALL, LARGE = (80, 24), (120, 40)


@pytest.mark.parametrize("over", [None, "f1", "ctrl+p"], ids=["wizard", "page", "palette"])
async def test_two_sizes_at_once_come_to_rest(over: str | None) -> None:
    app = wizard()
    async with app.run_test(size=LARGE) as pilot:
        if over is not None:
            await pilot.press(over)
            await pilot.pause()
        for size in (SMALL, LARGE, SMALL, LARGE):
            app.screen.post_message(Resize(Size(*size), Size(*size)))
        await pilot.pause(0.3)
        laid_out: list[object] = []
        app.screen.screen_layout_refresh_signal.subscribe(app, laid_out.append)
        await pilot.pause(0.3)
        assert not laid_out
        assert app.screen.size == Size(*LARGE)
