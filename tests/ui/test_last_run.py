"""On the screen, what the last run died of stands on the question that it concerns."""

from __future__ import annotations

import pytest
from textual.command import CommandList
from textual.pilot import Pilot

from tests.receipts import kept
from tests.ui.apps import hint, on_screen, until, values, wizard
from wizard.ui.app import MemwizardApp

DIED = "the last run died at step 12: "


def said(app: MemwizardApp) -> list[str]:
    return [line.strip() for line in on_screen(app) if "← the last run" in line]


def first_command(app: MemwizardApp) -> str:
    commands = app.screen.query_one(CommandList)
    return str(commands.get_option_at_index(0).prompt) if commands.option_count else ""


async def shown(app: MemwizardApp, pilot: Pilot[None]) -> list[str]:
    await until(pilot, lambda: said(app))
    return said(app)


@pytest.mark.parametrize(
    ("step", "cause", "title"),
    [("data", "evaluation", "out of GPU memory"), ("batch", "longest_row", "out of GPU memory: a longer batch")],
)
async def test_it_stands_below_its_question(step: str, cause: str, title: str) -> None:
    kept(cause=cause)
    app = wizard(start=step)
    async with app.run_test(size=(110, 40)) as pilot:
        (line,) = await shown(app, pilot)
        assert line.startswith(f"← {DIED}{title}")
        lines = [one.strip() for one in on_screen(app)]
        above = "Kept aside to evaluate" if cause == "evaluation" else "Longest row"
        assert above in lines[lines.index(next(one for one in lines if DIED in one)) - 1]


async def test_the_help_line_has_the_whole_sentence_and_an_answer_settles_it() -> None:
    kept(cause="evaluation")
    app = wizard(start="data")
    async with app.run_test(size=(100, 40)) as pilot:
        await shown(app, pilot)
        field = app.wizard.question("share")
        assert field is not None
        box = field.query_one("Input")
        box.focus()
        await until(pilot, lambda: box.has_focus)
        whole = "The last run of Qwen/Qwen3-8B, with other settings (2026-11-29) died at step 12: out of GPU"
        await until(pilot, lambda: whole in hint(app))
        await pilot.press("0", "backspace", "0")
        await until(pilot, lambda: values(app).get("val_set_size") == 0)
        await until(pilot, lambda: not any(DIED in line for line in on_screen(app)))


@pytest.mark.parametrize(("step", "cause"), [("machine", "other_process"), ("review", "disk"), ("review", "unknown")])
async def test_where_no_question_of_the_page_has_it_the_page_says_it(step: str, cause: str) -> None:
    kept(cause=cause)
    app = wizard(start=step)
    async with app.run_test(size=(100, 30)) as pilot:
        (line, *_) = await shown(app, pilot)
        assert "with other settings (2026-11-29) died at step 12: " in line


async def test_the_palette_dismisses_it() -> None:
    kept(cause="evaluation")
    app = wizard(start="data")
    async with app.run_test(size=(100, 40)) as pilot:
        await shown(app, pilot)
        await pilot.press("ctrl+p")
        await pilot.press(*"dismiss")
        await until(pilot, lambda: "dismiss" in first_command(app).lower())
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.wizard.session.last_run is None and not said(app))


async def test_a_hostile_receipt_is_text() -> None:
    kept(cause="[red]\x1b[2J", begun="[bold]\x1b]0;x\x07", steps=3)
    app = wizard(start="review")
    async with app.run_test(size=(100, 30)) as pilot:
        assert "with other settings died at step 3: exit code 1" in (await shown(app, pilot))[0]
