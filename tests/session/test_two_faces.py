"""The same answers give the same file, the same findings and the same draft, drawn or said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.picked import picked
from tests.session.scripts import Act, Came, Noted, Script, script
from tests.session.typist import said
from tests.ui.apps import until
from wizard.questions import steps
from wizard.questions.question import Choice, answered
from wizard.session.conversation import Conversation
from wizard.session.filing import ready, write
from wizard.session.results import Nothing, Result
from wizard.session.writing import Pending, WrittenFile
from wizard.ui.app import MemwizardApp
from wizard.ui.screens.unsafe import UnsafeFixScreen
from wizard.ui.screens.written import WrittenScreen
from wizard.ui.taking import Taking
from wizard.ui.widgets.machine_page import MachinePage
from wizard.ui.widgets.options import Options
from wizard.world.presets import preset

PARTS, EACH = range(20), 10


class Wall:
    """What the screen's `Taking` needs of the screen, without a widget."""

    def __init__(self, session: Conversation) -> None:
        self.session = session
        self.drawn = self.session.review
        self.hint = ""

    def draw(self) -> None:
        self.drawn = self.session.review

    def say(self, text: str) -> None:
        self.hint = text

    def from_beside(self, call: Callable[..., object], *given: object) -> None:
        call(*given)

    def took(self, done: Result, says: str = "") -> None:
        if not isinstance(done, Nothing):
            self.draw()
        self.say(says)


def posted(script: Script, folder: Path) -> Came:
    """What comes of a script through what the screen does when a widget posts a message, one for each key typed."""
    target, outside = folder / "posted.yml", Noted(script.demo)
    session = Conversation(script.opening(target), outside)
    session.machine_seen(outside.probe())
    wall = Wall(session)
    taking = Taking(wall)
    for visit, act in enumerate(script.acts):
        if act.kind in ("choose", "type", "machine", "preset", "model"):
            session.go(act.step)
        post(taking, act, str(visit))
        assert wall.drawn is session.review
    session.go(steps.position("review"))
    pending = ready(session)
    assert isinstance(pending, Pending)
    assert isinstance(write(session, pending), WrittenFile)
    return Came.of(target, session.review.findings, outside)


def post(taking: Taking, act: Act, visit: str) -> None:
    """The messages of one act, as its widgets post them."""
    if isinstance(act.question, Choice):
        option = act.question.options(taking.session.situation)[act.place]
        taking.fields(option.changes, answered(act.question, option.label))
    elif act.question is not None:
        for end in range(1, len(act.text) + 1):
            taking.text(act.question, act.text[:end], visit)
    elif act.kind == "machine":
        assert taking.named(act.text)
    elif act.kind == "preset":
        taking.preset(preset(act.text))
    elif act.kind == "model":
        taking.model(act.text)
    else:
        {"undo": taking.undo, "redo": taking.redo, "fix": lambda: taking.fix(None), "fix all": taking.fix_all}[
            act.kind
        ]()


@pytest.mark.parametrize("part", picked(PARTS, 4, 1))
def test_scripts_said_and_through_the_messages_of_the_screen(part: int, tmp_path: Path) -> None:
    """All of `--plain`, line by line. Of the screen the objects that take what widgets post, and no widget: those are
    driven in the test below, for fewer scripts."""
    for number in range(EACH):
        folder = tmp_path / str(number)
        folder.mkdir()
        one = script(part * EACH + number, folder)
        assert posted(one, folder) == said(one, folder), one


KEYS = {"undo": "ctrl+z", "redo": "ctrl+y", "fix": "ctrl+f", "fix all": "ctrl+g"}


async def press(app: MemwizardApp, pilot: Pilot[None], act: Act) -> None:
    """One act by keys: to the step, to the widget by Tab, to the answer by arrows."""
    if act.kind in KEYS:
        await to_step(app, pilot, steps.position("review"))  # where no question has the focus, and so no finding
        await pilot.press(KEYS[act.kind])
        if isinstance(app.screen, UnsafeFixScreen):
            await pilot.press("enter")
        return
    await to_step(app, pilot, act.step)
    names = {"machine": "gpu-name", "preset": "presets", "model": "model-search"}
    if act.question is not None and act.question.folded:
        await pilot.press("f9")
        await until(pilot, lambda: app.wizard.field is not None and app.wizard.field.question.folded)
    prefix = "options" if isinstance(act.question, Choice) else "entry"
    if (
        act.question is not None
        and act.kind == "type"
        and app.focused is not None
        and app.focused.id == f"entry-{act.question.id}"
    ):
        await pilot.press("tab", "shift+tab")  # what is typed on in one visit is one answer
    await to_widget(app, pilot, names[act.kind] if act.question is None else f"{prefix}-{act.question.id}")
    if act.kind in ("choose", "preset"):
        offered = app.wizard.query_one(MachinePage).presets
        place = act.place if act.kind == "choose" else [one.name for one in offered].index(act.text)
        await to_answer(app, pilot, place)
        await pilot.press("space")
        return
    box = app.focused
    assert isinstance(box, Input)
    if act.kind == "model":
        await pilot.press("end", "ctrl+u")
    await pilot.press(*act.text)
    if act.kind != "type":
        await pilot.press("enter")


async def to_step(app: MemwizardApp, pilot: Pilot[None], step: int) -> None:
    there = app.wizard.session.steps
    by = there.index(step) - there.index(app.wizard.session.step)
    await pilot.press(*["pagedown" if by > 0 else "pageup"] * abs(by))
    assert app.wizard.session.step == step


async def to_widget(app: MemwizardApp, pilot: Pilot[None], identity: str) -> None:
    for _ in range(40):
        if app.focused is not None and app.focused.id == identity:
            return
        await pilot.press("tab")
    raise AssertionError(f"{identity} is not reached")


async def to_answer(app: MemwizardApp, pilot: Pilot[None], place: int) -> None:
    answers = app.focused
    assert isinstance(answers, Options)
    by = place - answers.pointer
    await pilot.press(*["down" if by > 0 else "up"] * abs(by))
    assert answers.pointer == place


async def drawn(script: Script, folder: Path) -> Came:
    """What comes of a script on the real screen, by keys alone."""
    target, outside = folder / "drawn.yml", Noted(script.demo)
    app = MemwizardApp(script.opening(target), outside)
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: app.wizard.session.found is not None)
        for act in script.acts:
            await press(app, pilot, act)
        await to_step(app, pilot, steps.position("review"))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, WrittenScreen))
    assert app.review is not None
    return Came.of(target, app.review.findings, outside)


@pytest.mark.parametrize("seed", picked(range(20), 2))
def test_scripts_by_keys_on_the_real_screen_and_said(seed: int, tmp_path: Path) -> None:
    """Real widgets, real keys, nothing put into the screen from beside."""
    one = script(1000 + seed, tmp_path, most=3)
    assert asyncio.run(drawn(one, tmp_path)) == said(one, tmp_path), one
