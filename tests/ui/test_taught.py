"""Help that teaches: F1 on each question, the words, the keys, the first page."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from tests.ui.apps import until, wizard
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.help import glossary, topics
from wizard.questions.question import Choice, Step
from wizard.questions.steps import STEPS, position
from wizard.ui.screens.help import HelpScreen
from wizard.ui.screens.topic import GlossaryScreen, TopicScreen, topic_text
from wizard.ui.screens.welcome import WelcomeScreen
from wizard.ui.widgets.options import Line, Options

SIZE = (80, 24)


@pytest.mark.parametrize("step", [step for step in STEPS if step.questions], ids=lambda step: step.id)
async def test_f1_teaches_each_question(step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    app = wizard(start=step.id, machine=named_machine("2xa100-80gb"))
    async with app.run_test(size=(80, 60)) as pilot:
        await pilot.pause()
        opened: list[Screen[None]] = []
        monkeypatch.setattr(app, "push_screen", opened.append)
        asked = [one for one in step.questions if app.wizard.question(one.id) is not None]
        assert asked
        for question in asked:
            fields = app.wizard.query_one(f"#question-{question.id}").query("Options, Input")
            app.wizard.set_focus(fields.first())
            app.wizard.action_help()
            page = opened.pop()
            assert isinstance(page, TopicScreen), f"{question.id} is missing in wizard/knowledge/help.toml"
            assert page.heading == question.title
            text = str(page.text)
            assert text.startswith(f"In the file: {question.field}\n")
            found = topics()[question.id]
            assert all(part in text for part in (found.what, found.cost, found.axolotl, found.advice, found.source))
            if isinstance(question, Choice):
                answers = fields.first(Options).lines
                assert len(answers) == len(question.options(app.wizard.session.situation))
                assert all(answer.label in text and answer.price in text for answer in answers)
        monkeypatch.undo()


async def taught(pilot: Pilot[None], widget: str) -> str:
    """The heading and the text that F1 opens on a widget."""
    pilot.app.screen.query_one(widget).focus()
    await pilot.press("f1")
    await until(pilot, lambda: isinstance(pilot.app.screen, TopicScreen))
    page = pilot.app.screen
    assert isinstance(page, TopicScreen)
    await pilot.press("escape")
    return f"{page.heading}\n{page.text}"


@pytest.mark.parametrize(
    ("step", "widget", "name"),
    [
        ("machine", "#machines", "machine"), ("machine", "#gpu-name", "machine"), ("machine", "#presets", "preset"),
        ("model", "#model-search", "model"), ("model", "DataTable", "model"),
        ("review", "#target", "target"), ("review", "#write", "target"),
    ],
)  # fmt: skip
async def test_f1_teaches_the_other_pages(step: str, widget: str, name: str) -> None:
    app = wizard(start=step)
    found = topics()[name]
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        text = await taught(pilot, widget)
        assert text.startswith(f"{STEPS[position(step)].title}\n")
        assert found.what in text
        assert ("In the file: base_model" in text) is (name == "model")


async def test_f1_twice_shows_the_keys_and_g_the_words() -> None:
    app = wizard(start="method")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f1", "f1")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("g")
        assert isinstance(app.screen, GlossaryScreen)
        text = str(app.screen.text)
        assert all(f"{one.name}: {one.short}" in text for one in glossary())
        await pilot.press("escape", "escape", "escape")
        await until(pilot, lambda: app.screen is app.wizard)


async def test_f1_without_a_question_shows_the_keys() -> None:
    app = wizard(start="method")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.wizard.set_focus(None)
        await pilot.press("f1")
        assert isinstance(app.screen, HelpScreen)


async def test_the_keys_of_the_page_are_those_of_the_wizard() -> None:
    app = wizard(start="method")
    async with app.run_test(size=SIZE):
        text = str(HelpScreen(6).text)
        for binding in app.wizard.BINDINGS:
            shown = app.get_key_display(binding) if binding.show else ""  # type: ignore[arg-type,union-attr]
            name = shown.replace("^", "Ctrl+").replace("pgup", "PgUp").replace("pgdn", "PgDn")
            assert name.lower() in text.lower()


async def test_the_topic_comes_back_to_the_question() -> None:
    app = wizard(start="batch")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        rate = app.wizard.query_one("#entry-rate")
        await taught(pilot, "#entry-rate")
        await until(pilot, lambda: app.focused is rate)


def test_an_unpriced_answer_is_told_without_a_price() -> None:
    priced = Line("LoRA", "", "fits", 2**30)
    text = topic_text(topics()["adapter"], [Line("QLoRA", "small"), priced]).plain
    assert f"  {'QLoRA':<20} \n    small\n" in text
    assert f"  {'LoRA':<20} {priced.price}\n\n" in text


async def test_the_first_page_is_shown_and_closes() -> None:
    app = wizard(first=True)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, WelcomeScreen)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.wizard)
        assert app.focused is app.wizard.query_one("#machines")
        assert not app.wizard.session.past


async def test_the_first_page_is_for_the_first_run_only() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert app.screen is app.wizard
