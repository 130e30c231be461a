"""Where the focus is when a page opens, and where what is typed goes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from textual._xterm_parser import XTermParser
from textual.events import Key
from textual.widgets import Input

from tests.data.files import SOUND
from tests.ui.apps import change, digit, until, values, wizard
from wizard.questions.rows import first_dataset
from wizard.questions.steps import position
from wizard.ui.alt_digits import know_alt_digits
from wizard.ui.app import MemwizardApp
from wizard.ui.screens.welcome import WelcomeScreen
from wizard.ui.widgets.rows_view import RowsView

SIZE = (80, 24)
DATA = position("data")


def focus_of(app: MemwizardApp) -> str | None:
    return app.focused.id if app.focused is not None else None


@pytest.fixture
def messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file of conversations, in the folder where the wizard runs."""
    monkeypatch.chdir(tmp_path)
    return SOUND[0].put(tmp_path).name


@pytest.mark.parametrize("way", [[digit("data")], [f"alt+{digit('data')}"], ["pagedown"] * (int(digit("data")) - 1)])
async def test_the_data_step_begins_in_the_box_of_the_path(way: list[str], messages: str) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*way, *messages)
        assert focus_of(app) == "entry-path"
        assert first_dataset(app.wizard.session.state.plan) == {
            "path": messages,
            "ds_type": "json",
            "type": "chat_template",
        }
        assert values(app)["output_dir"] == "./outputs/qlora-24gb"


async def test_a_digit_in_a_box_is_typed_and_alt_leads_away_from_it() -> None:
    app = wizard(start="data")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("end", "6")
        assert app.wizard.session.step == DATA
        assert app.wizard.query_one("#entry-path", Input).value == "mhenrichsen/alpaca_2k_test6"
        await pilot.press(f"alt+{digit('machine')}")
        assert app.wizard.session.step == position("machine")
        await pilot.press("alt+9")
        assert app.wizard.session.step == position("machine")


def test_alt_and_a_digit_is_a_key_and_a_typed_sign_stays_one() -> None:
    know_alt_digits()
    parser = XTermParser(False)
    assert [one.key for one in parser.feed("\x1b5\x1b1") if isinstance(one, Key)] == ["alt+5", "alt+1"]
    assert [one.character for one in parser.feed("£§") if isinstance(one, Key)] == ["£", "§"]


async def test_what_is_typed_over_the_first_page_goes_to_the_wizard(messages: str) -> None:
    app = wizard(first=True)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WelcomeScreen))
        await pilot.press(digit("data"), *messages)
        assert app.screen is app.wizard
        assert first_dataset(app.wizard.session.state.plan)["path"] == messages


async def test_enter_closes_the_first_page_and_does_nothing_else() -> None:
    app = wizard(first=True)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("enter")
        assert app.screen is app.wizard
        assert not app.wizard.session.past


@pytest.mark.parametrize(("demo", "id"), [("no-gpu", "gpu-name"), ("rtx-4090", "machines")])
async def test_without_a_gpu_the_box_for_its_name_has_the_focus(demo: str, id: str) -> None:  # noqa: A002
    app = wizard(demo=demo)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: focus_of(app) == id)
        await pilot.press("pagedown", "pageup")
        assert focus_of(app) == id


async def test_a_box_whose_value_changed_has_the_cursor_at_its_end() -> None:
    app = wizard(start="data")
    async with app.run_test(size=SIZE) as pilot:
        change(app, app.wizard.session.state.with_fields({"output_dir": "./elsewhere"}), "output")
        await pilot.pause()
        for box in app.wizard.page.query(Input):
            assert box.cursor_position == len(box.value)
        app.wizard.query_one("#entry-output", Input).focus()
        await pilot.press("end", "2")
        assert values(app)["output_dir"] == "./elsewhere2"


async def test_a_newcomer_has_a_file_that_trains_in_fifteen_keys_and_the_path(messages: str, tmp_path: Path) -> None:
    target = tmp_path / "my.yml"
    app = wizard(demo="rtx-3060-12gb", name="qlora-12gb", target=target, first=True)
    keys = ["enter", digit("data")], ["enter", f"alt+{digit('review')}", "enter"]
    assert sum(map(len, keys)) < 15
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*keys[0], *messages)
        view = app.wizard.query_one(RowsView)
        await until(pilot, lambda: "number 2." in view.content)
        shown = " ".join(view.content.split())
        assert "It is number 0." in shown
        assert "[+" in shown
        await pilot.press(*keys[1])
        await until(pilot, target.exists)
    written = yaml.safe_load(target.read_text(encoding="utf-8"))
    assert written["datasets"] == [{"path": messages, "ds_type": "json", "type": "chat_template"}]
    assert app.review is not None
    assert app.review.fit == "fits"
    assert not [one for one in app.review.findings if one.severity == "error"]
