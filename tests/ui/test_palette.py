"""Everything by name: actions, steps, questions, presets, models, words, themes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import pytest
from textual.app import SystemCommand
from textual.binding import Binding
from textual.command import CommandList
from textual.content import Content
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input

from tests.ui.apps import ONE_GPU, digit, hint, until, values, wizard
from tests.ui.test_keys import KEYS, is_at, shown
from wizard.knowledge.help import glossary, term
from wizard.knowledge.models.catalogue import catalogue
from wizard.questions.question import Choice, Step
from wizard.questions.steps import position
from wizard.ui.app import MemwizardApp
from wizard.ui.commands import ModelCommands, PresetCommands, QuestionCommands, WordCommands, _Commands
from wizard.ui.messages import ModelChosen, PresetChosen
from wizard.ui.screens.help import HelpScreen
from wizard.ui.screens.page import PageScreen
from wizard.ui.screens.topic import GlossaryScreen
from wizard.ui.screens.wizard import WizardScreen
from wizard.ui.themes import NAMES
from wizard.world.presets import presets

SIZE = (80, 30)
SHOWN = [one for one in WizardScreen.BINDINGS if isinstance(one, Binding) and one.show]


async def typed(pilot: Pilot[None], key: str, words: str) -> list[str]:
    """Open the palette and type; the names found, the first one under the pointer."""
    app = pilot.app
    await pilot.press(key)
    app.screen.query_one(Input).value = words[:-1]
    await pilot.press(words[-1])
    await until(pilot, lambda: not any(worker.is_running for worker in app.workers))
    return [str(option.prompt).partition("\n")[0] for option in app.screen.query_one(CommandList).options]


def commands_of(app: MemwizardApp) -> dict[str, SystemCommand]:
    return {one.title: one for one in app.get_system_commands(app.screen)}


def commands(app: MemwizardApp, provider: type[_Commands]) -> dict[str, tuple[str, Callable[[], object]]]:
    return {name: (says, run) for name, says, run in provider(app.wizard).commands()}


@pytest.mark.parametrize("binding", SHOWN, ids=lambda binding: binding.description)
async def test_an_action_runs_by_its_name(binding: Binding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(MemwizardApp, "suspend", nullcontext)
    key = KEYS[binding.key]
    app = wizard(demo="rtx-3060-12gb", target=tmp_path / "a.yml", start="method")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        key.first(app)
        await pilot.pause()
        assert not key.does(app)
        await commands_of(app)[binding.description.capitalize()].callback()
        await until(pilot, partial(key.does, app))


async def test_keys_and_glossary_run_by_their_names_and_nothing_else_is_there() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        found = commands_of(app)
        for name, screen in (("Keys", HelpScreen), ("Glossary", GlossaryScreen)):
            found.pop(name).callback()
            await until(pilot, partial(shown, app, screen))
            await pilot.press("escape")
        assert set(found) == {
            *(binding.description.capitalize() for binding in SHOWN),
            *(f"Theme {name}" for name in NAMES),
        }


async def test_a_command_tells_its_key() -> None:
    app = wizard()
    async with app.run_test(size=SIZE):
        said = {name: one.help for name, one in commands_of(app).items()}
        assert said["Next"] == "the next step (PgDn)"
        assert said["Write"] == "write the file (^s)"
        assert said["Find"] == "jump to a question (/)"


async def test_every_theme_is_taken() -> None:
    app = wizard(start="review")
    async with app.run_test(size=SIZE) as pilot:
        for name in NAMES:
            commands_of(app)[f"Theme {name}"].callback()
            await pilot.pause()
            assert app.theme == name
            assert app.current_theme.name == name


@pytest.mark.parametrize("step", ONE_GPU, ids=[step.id for step in ONE_GPU])
async def test_every_step_and_question_is_reached(step: Step) -> None:
    app = wizard(start="machine" if step.id != "machine" else "review")
    async with app.run_test(size=(120, 60)) as pilot:
        found = commands(app, QuestionCommands)
        assert len(found) == len(ONE_GPU) + sum(len(one.questions) for one in ONE_GPU)
        found[f"{digit(step.id)} {step.title}"][1]()
        assert app.wizard.session.step == position(step.id)
        now = app.wizard.session.situation
        for question in step.questions:
            if not (question.options(now) if isinstance(question, Choice) else question.shown(now)):
                continue
            app.wizard.set_focus(None)
            found[f"{question.title} ({question.field})"][1]()
            await until(pilot, lambda: app.wizard.field is not None)
            assert app.wizard.field is not None
            assert app.wizard.field.question is question


async def test_every_preset_model_and_word_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    app = wizard()
    async with app.run_test(size=SIZE):
        posted: list[Message] = []
        monkeypatch.setattr(app.wizard, "post_message", posted.append)
        for provider in (PresetCommands, ModelCommands):
            for _, run in commands(app, provider).values():
                run()
        assert [one.preset for one in posted if isinstance(one, PresetChosen)] == list(presets())
        names = [one.name for one in posted if isinstance(one, ModelChosen)]
        assert set(names) == {name for row in catalogue().values() for name in (row.id, *row.also)}
        assert all(app.outside.model(name)[0] is not None for name in names)
        pages: list[PageScreen] = []
        monkeypatch.setattr(app, "push_screen", pages.append)
        for _, run in commands(app, WordCommands).values():
            run()
        assert [(page.heading, str(page.text)) for page in pages] == [
            (one.name, f"{one.short} {one.more}".strip()) for one in glossary()
        ]
        monkeypatch.undo()


async def test_names_and_what_they_do_are_no_markup() -> None:
    app = wizard()
    async with app.run_test(size=SIZE):
        for provider in (QuestionCommands, PresetCommands, ModelCommands, WordCommands):
            for name, (says, _) in commands(app, provider).items():
                assert Content.from_markup(name).plain == name
                assert Content.from_markup(says).plain == says


async def test_a_preset_is_found_by_typing() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        assert (await typed(pilot, "ctrl+p", "preset lora-80gb"))[0] == "Preset lora-80gb"
        await pilot.press("enter")
        await until(pilot, lambda: app.wizard.session.state.preset == "lora-80gb")
        assert hint(app) == "Started from lora-80gb. Ctrl+Z undoes it."


@pytest.mark.parametrize("name", ["HuggingFaceTB/SmolLM3-3B", "unsloth/Qwen3-1.7B"])
async def test_a_model_is_found_by_typing_any_of_its_names(name: str) -> None:
    app = wizard(start="method")
    async with app.run_test(size=SIZE) as pilot:
        assert f"Model {name}" in await typed(pilot, "ctrl+p", name.lower())
        await pilot.press("enter")
        await until(pilot, lambda: values(app)["base_model"] == name)
        assert app.wizard.session.state.model == app.outside.model(name)[0]


async def test_a_word_is_found_by_typing() -> None:
    app = wizard()
    word = term("epoch")
    assert word is not None
    async with app.run_test(size=SIZE) as pilot:
        assert (await typed(pilot, "ctrl+p", "what is epoch"))[0] == "What is epoch?"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PageScreen))
        assert word.short in str(app.screen.query_one("#text").render())
        await pilot.press("escape")
        assert app.screen is app.wizard


@pytest.mark.parametrize(
    ("key", "words", "step", "box"),
    [
        ("slash", "val_set", "data", "#entry-share"),
        ("slash", "learning", "batch", "#entry-rate"),
        ("ctrl+p", "result folder", "data", "#entry-output"),
    ],
)
async def test_a_question_of_another_step_is_found_by_typing(key: str, words: str, step: str, box: str) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await typed(pilot, key, words)
        await pilot.press("enter")
        await until(pilot, partial(is_at, app, box))
        assert app.wizard.session.step == position(step)


async def test_slash_finds_questions_alone() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert await typed(pilot, "slash", "batch") == ["4 Batch", "Rows on a GPU at once (micro_batch_size)"]
