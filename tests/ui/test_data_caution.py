"""What is lost of a person's rows stands beside the questions, until F6 has settled it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from textual.widgets import Input

from tests.session.test_data_caution import rows
from tests.ui.apps import on_screen, until, values, wizard
from wizard.ui.screens.data import DataScreen
from wizard.ui.screens.written import WrittenScreen


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_on_the_screen_it_stands_at_the_data_and_at_the_review_and_f6_settles_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows(tmp_path, long=20, short=180, name="r.jsonl")
    app = wizard(start="data")

    def told() -> bool:
        return "Your data: 10.0%" in " ".join(on_screen(app))

    async with app.run_test(size=size) as pilot:
        await pilot.press(*"r.jsonl", "enter")
        await until(pilot, told)
        await pilot.press("pagedown")
        await until(pilot, told)
        before = values(app)["sequence_len"]
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, DataScreen) and app.screen.advice)
        fields = [one.field for one in app.screen.advice]  # type: ignore[attr-defined]
        await pilot.press(*["down"] * fields.index("sequence_len"), "enter")
        await until(pilot, lambda: values(app)["sequence_len"] != before)
        await until(pilot, lambda: not told())


@pytest.mark.parametrize("leaves", ["enter", "tab"])
async def test_rounds_left_to_us_are_set_for_the_rows_once_and_the_fix_key_takes_them_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leaves: str
) -> None:
    monkeypatch.chdir(tmp_path)
    rows(tmp_path, long=0, short=300, name="r.jsonl")
    app = wizard(start="data")

    def rounds() -> object:
        return values(app)["gradient_accumulation_steps"]

    def on_it(text: str) -> bool:
        return text in " ".join(" ".join(on_screen(app)).split())

    async with app.run_test(size=(80, 24)) as pilot:
        before = rounds()
        await pilot.press(*"r.jsonl")
        await until(pilot, lambda: on_it("Ctrl+F sets"))
        assert rounds() == before
        await pilot.pause(0.5)  # the pages that are prepared beside it have told theirs
        assert rounds() == before
        await pilot.press(leaves)
        await until(pilot, lambda: rounds() == 1)
        await until(pilot, lambda: on_it("Set for it: gradient_accumulation_steps 1:") and not on_it("Ctrl+F sets"))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: on_it("Ctrl+F sets"))
        assert rounds() == before
        await pilot.press("ctrl+f")
        await until(pilot, lambda: rounds() == 1)


async def test_what_is_written_at_once_has_what_the_rows_want(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows(tmp_path, long=0, short=300, name="r.jsonl")
    app = wizard(start="data")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"r.jsonl", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, WrittenScreen))
        written = yaml.safe_load((tmp_path / "axolotl.yml").read_text(encoding="utf-8"))
        assert written["gradient_accumulation_steps"] == 1
        await pilot.pause(0.5)  # what is told later changes nothing of what was written
        assert values(app)["gradient_accumulation_steps"] == 1
        assert not app.wizard.session.unwritten


async def test_a_name_that_is_undone_leaves_its_box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows(tmp_path, long=0, short=30_000, name="r.jsonl")
    app = wizard(start="data")
    async with app.run_test(size=(80, 24)) as pilot:
        box = app.screen.query_one("#entry-path", Input)
        before = box.value
        await pilot.press(*"r.jsonl", "enter")
        await until(pilot, lambda: "chat_template" in str(values(app)["datasets"]))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "chat_template" not in str(values(app)["datasets"]))
        assert box.value == before
