"""Some rows of the data, as they are learned, stay in sight while it is chosen how they are learned."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.ui.apps import on_screen, until, wizard
from wizard.ui.app import MemwizardApp
from wizard.ui.widgets.rows_view import RowsView

ROWS = [
    {
        "messages": [
            {"role": "user", "content": f"What is {n}? {'please ' * 30}"},
            {"role": "assistant", "content": "It is."},
        ]
    }
    for n in range(5)
]


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("chat.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in ROWS), encoding="utf-8")


def name(app: MemwizardApp, path: str) -> None:
    app.wizard.query_one("#entry-path", Input).value = path


def rows(app: MemwizardApp) -> list[str]:
    """Which rows are on the screen, by the numbers before them."""
    lines = [line.strip() for line in on_screen(app) if "It is." in line]
    return [line[0] for line in lines if line[:3] in ("1  ", "2  ", "3  ")]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (80, 43)], ids=str)
async def test_rows_show_as_soon_as_a_file_is_named(size: tuple[int, int]) -> None:
    app = wizard(start="data")
    async with app.run_test(size=size) as pilot:
        name(app, "chat.jsonl")
        await until(pilot, lambda: app.wizard.query_one(RowsView).display)
        assert any("[+ learned +]" in line for line in on_screen(app))
        assert sum("[+" in line and "It is." in line for line in on_screen(app)) == 3


def _displayed(app: MemwizardApp, wanted: bool) -> bool:
    return app.wizard.query_one(RowsView).display == wanted


async def test_all_of_them_come_back_with_the_name() -> None:
    app = wizard(start="data")
    async with app.run_test(size=(80, 24)) as pilot:
        for path in ("chat.jsonl", "chat.json", "chat.jsonl"):
            name(app, path)
            await until(pilot, partial(_displayed, app, path == "chat.jsonl"))
        assert rows(app) == ["1", "2", "3"]
        name(app, "chat.jso")
        await until(pilot, lambda: not app.wizard.query_one(RowsView).display)
        app.wizard.query_one(RowsView).redraw()
        name(app, "chat.jsonl")
        await until(pilot, lambda: app.wizard.query_one(RowsView).display)
        assert rows(app) == ["1", "2", "3"]


async def test_they_stay_while_what_is_learned_is_chosen() -> None:
    app = wizard(start="data")
    async with app.run_test(size=(80, 24)) as pilot:
        name(app, "chat.jsonl")
        await until(pilot, lambda: app.wizard.query_one(RowsView).display)
        await pilot.press("tab", "tab", "tab")
        await pilot.pause()
        assert rows(app) == ["1", "2", "3"]
        focused = app.focused
        assert focused is not None
        assert focused.region.bottom <= app.wizard.query_one(RowsView).region.y, "the answers are not covered"


async def test_another_height_gives_them_another_place() -> None:
    app = wizard(start="data")
    async with app.run_test(size=(80, 24)) as pilot:
        name(app, "chat.jsonl")
        await until(pilot, lambda: app.wizard.query_one(RowsView).display)
        assert app.wizard.query_one(RowsView).has_class("-below")
        await pilot.resize_terminal(80, 43)
        await until(pilot, lambda: not app.wizard.query_one(RowsView).has_class("-below"))
        await until(pilot, lambda: sum("[+" in line and "It is." in line for line in on_screen(app)) == 3)
