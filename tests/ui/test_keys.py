"""Every key does what the key line says of it, on the wizard and on each screen over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.screen import ModalScreen, Screen
from textual.widgets import DataTable, Static

from tests.ui.apps import ONE_GPU, change, digit, hint, on_screen, until, values, wizard
from wizard.domain.finding import Finding, Fix
from wizard.knowledge.help import topics
from wizard.questions.every_key import one
from wizard.questions.steps import STEPS, position
from wizard.session.draft import Draft
from wizard.session.filing import shown_file
from wizard.session.stranger import Onward
from wizard.ui.app import MemwizardApp
from wizard.ui.screens.confirm import ConfirmScreen
from wizard.ui.screens.data import DataScreen
from wizard.ui.screens.difference import DifferenceScreen
from wizard.ui.screens.file import FileScreen
from wizard.ui.screens.fit import FitScreen
from wizard.ui.screens.help import HelpScreen
from wizard.ui.screens.key import KeyScreen
from wizard.ui.screens.keys import KeysScreen
from wizard.ui.screens.launch import LaunchScreen
from wizard.ui.screens.memory import MemoryScreen
from wizard.ui.screens.mend import MendScreen
from wizard.ui.screens.over import OverScreen
from wizard.ui.screens.page import PageScreen
from wizard.ui.screens.resume import ResumeScreen
from wizard.ui.screens.rule import RuleScreen
from wizard.ui.screens.run_help import RunHelpScreen
from wizard.ui.screens.stranger import StrangerScreen
from wizard.ui.screens.topic import GlossaryScreen, TopicScreen
from wizard.ui.screens.unsafe import UnsafeFixScreen
from wizard.ui.screens.welcome import WelcomeScreen
from wizard.ui.screens.wizard import WizardScreen
from wizard.ui.screens.written import WrittenScreen
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.options import Options

SIZE = (80, 30)


def keys_of(bindings: Iterable[BindingType]) -> set[str]:
    """Each key by itself: `escape,q` are two."""
    return {key.strip() for one in bindings if isinstance(one, Binding) for key in one.key.split(",")}


def longer(app: MemwizardApp) -> None:
    change(app, app.wizard.session.state.with_fields({"sequence_len": 4096}), "length: 4096")


def undone(app: MemwizardApp) -> None:
    longer(app)
    app.wizard.action_undo()


def at(app: MemwizardApp, widget: str) -> None:
    app.wizard.query_one(widget).focus()


def is_at(app: MemwizardApp, widget: str) -> bool:
    return app.focused is app.wizard.query_one(widget)


BEFORE_METHOD, AFTER_METHOD = position("model"), position("batch")


def is_here(step: int, app: MemwizardApp) -> bool:
    return app.wizard.session.step == step


def shown(app: MemwizardApp, kind: type[Screen[Any]]) -> bool:
    return isinstance(app.screen, kind)


def forgotten(app: MemwizardApp) -> bool:
    return not app.sparing_display.cells.known


def palette_of(app: MemwizardApp, providers: int) -> bool:
    screen = app.screen
    return isinstance(screen, CommandPalette) and len(screen._provider_classes) == providers


@dataclass(frozen=True)
class Key:
    """What is so after a key, which was not so before; `first` is done before it."""

    does: Callable[[MemwizardApp], object]
    first: Callable[[MemwizardApp], object] = lambda app: None


KEYS = {
    "pagedown": Key(partial(is_here, AFTER_METHOD)),
    "pageup": Key(partial(is_here, BEFORE_METHOD)),
    "right": Key(partial(is_here, AFTER_METHOD)),
    "left": Key(partial(is_here, BEFORE_METHOD)),
    "f1": Key(lambda app: isinstance(app.screen, TopicScreen)),
    "question_mark": Key(lambda app: isinstance(app.screen, TopicScreen)),
    "f2": Key(lambda app: isinstance(app.screen, MemoryScreen)),
    "f3": Key(lambda app: isinstance(app.screen, FileScreen) and app.screen.file == shown_file(app.wizard.session)),
    "f4": Key(lambda app: isinstance(app.screen, DifferenceScreen)),
    "f5": Key(lambda app: isinstance(app.screen, FitScreen) and app.screen.proposals),
    "f6": Key(lambda app: isinstance(app.screen, DataScreen)),
    "f7": Key(lambda app: isinstance(app.screen, LaunchScreen)),
    "ctrl+e": Key(lambda app: "no editor is named" in hint(app)),
    "f9": Key(lambda app: "no further questions" in hint(app)),
    "f10": Key(lambda app: "folds them away" in hint(app)),
    "f8": Key(lambda app: isinstance(app.screen, KeysScreen)),
    "ctrl+f": Key(lambda app: len(app.wizard.session.past) == 1 and hint(app).startswith("MW902 fixed: ")),
    "ctrl+g": Key(lambda app: len(app.wizard.session.past) == 1 and hint(app).startswith("Fixed: MW902")),
    "ctrl+s": Key(lambda app: isinstance(app.screen, WrittenScreen) and Path(app.wizard.session.target).exists()),
    "ctrl+z": Key(lambda app: values(app)["sequence_len"] == 2048, longer),
    "ctrl+y": Key(lambda app: values(app)["sequence_len"] == 4096, undone),
    "slash": Key(lambda app: palette_of(app, 1)),
    "ctrl+p": Key(lambda app: palette_of(app, len(app.COMMANDS))),
    "ctrl+q": Key(lambda app: not app.is_running and app.return_code == 0),
    "ctrl+c": Key(lambda app: app.return_code == 130),
    "ctrl+l": Key(forgotten, lambda app: setattr(app.sparing_display.cells, "_size", app.size)),
    "down": Key(lambda app: is_at(app, "#entry-alpha"), lambda app: at(app, "#entry-rank")),
    "up": Key(lambda app: is_at(app, "#entry-rank"), lambda app: at(app, "#entry-alpha")),
    "tab": Key(lambda app: is_at(app, "#entry-alpha"), lambda app: at(app, "#entry-rank")),
    "shift+tab": Key(lambda app: is_at(app, "#entry-rank"), lambda app: at(app, "#entry-alpha")),
}
DIGITS = {digit(step.id): Key(partial(is_here, position(step.id))) for step in ONE_GPU}
KEYS |= DIGITS


@pytest.mark.parametrize("key", KEYS)
async def test_a_key_does_what_it_says(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the method step; its digit leads there from another one."""
    for variable in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(MemwizardApp, "suspend", nullcontext)
    start = "machine" if key == digit("method") else "method"
    app = wizard(demo="rtx-3060-12gb", target=tmp_path / "a.yml", start=start)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        KEYS[key].first(app)
        await pilot.pause()
        assert not KEYS[key].does(app)
        await pilot.press(key)
        await until(pilot, lambda: KEYS[key].does(app))


def test_every_key_of_the_wizard_has_a_test() -> None:
    assert keys_of(WizardScreen.BINDINGS) | keys_of(MemwizardApp.BINDINGS) | set(DIGITS) == set(KEYS)


async def test_a_key_folds_the_right_side_of_a_wide_screen() -> None:
    app = wizard(start="method")
    async with app.run_test(size=(120, 40)) as pilot:
        for beside in (False, True):
            await pilot.press("f10")
            await pilot.pause()
            assert app.wizard.query_one("#right").display is beside
            assert app.wizard.brief.display is not beside
            assert app.screen is app.wizard


async def test_the_key_line_begins_with_what_is_wanted_most() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        for step, third in (("machine", "PgUp back"), ("data", "F6 data"), ("review", "F7 launch")):
            app.wizard.action_go(position(step))
            await pilot.pause()
            assert on_screen(app)[-1].startswith(f"PgDn next F5 what fits {third} ")


async def test_letters_and_figures_go_into_a_box() -> None:
    app = wizard(start="data")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("end", *"/1?", "left", "right")
        await pilot.pause()
        assert app.wizard.session.step == position("data")
        assert app.screen is app.wizard
        assert str(values(app)["datasets"]).count("/1?") == 1


async def test_the_ends_of_the_steps_hold() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("pageup")
        assert app.wizard.session.step == 0
        app.wizard.action_go(len(STEPS) - 1)
        await pilot.press("pagedown")
        assert app.wizard.session.step == len(STEPS) - 1


async def test_a_digit_is_not_overtaken_by_the_key_after_it() -> None:
    app = wizard(start="machine")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.post_message(events.Key(digit("method"), digit("method")))
        app.post_message(events.Key("pagedown", None))
        await pilot.pause()
        await until(pilot, lambda: app.wizard.session.step != position("machine"))
        await pilot.pause()
        assert app.wizard.session.step == AFTER_METHOD


async def test_up_and_down_move_within_the_answers_and_on() -> None:
    app = wizard(start="method")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        answers = app.wizard.query_one("#options-adapter", Options)
        await pilot.press("tab")
        for pointer in (1, 2, 3):
            await pilot.press("down")
            assert answers.pointer == pointer
        await pilot.press("down")
        assert is_at(app, "#entry-rank")
        await pilot.press("up")
        assert app.focused is answers
        assert not app.wizard.session.past


async def test_a_click_on_a_key_does_the_same() -> None:
    app = wizard(start="method")
    async with app.run_test(size=(190, 40)) as pilot:
        await pilot.pause()
        line = str(app.wizard.query_one(KeyLine).content)
        for name, opened in (("F1 help", TopicScreen), ("/ find", CommandPalette)):
            await pilot.click(KeyLine, offset=(line.index(name) + 1, 0))
            await until(pilot, partial(shown, app, opened))
            await app.pop_screen()
        await pilot.click(KeyLine, offset=(line.index("PgDn") + 1, 0))
        assert app.wizard.session.step == AFTER_METHOD


# The screens over the wizard

FIRST, SECOND = (
    Draft(f"2026-01-0{day}T00:00:00+00:00", position("model"), "x.yml", "qlora-24gb", None) for day in (1, 2)
)


@dataclass
class Over:
    """A screen over the wizard, what it was closed with, and whether the program was left."""

    app: MemwizardApp
    screen: Screen[Any]
    answers: list[object]
    left: list[bool]

    def shows(self, screen: type[Screen[Any]]) -> bool:
        return shown(self.app, screen) and self.screen in self.app.screen_stack


Does = Callable[[Over], object]


def closes(answer: object = None) -> Does:
    return lambda over: over.answers == [answer] and over.app.screen is over.app.wizard


def turns(number: int) -> Does:
    return lambda over: isinstance(over.screen, DifferenceScreen) and over.screen.number == number


def shows(screen: type[Screen[Any]]) -> Does:
    return lambda over: over.shows(screen)


def shows_another(over: Over) -> bool:
    assert isinstance(over.screen, ResumeScreen)
    return over.screen.number == 1 and "2026-01-02" in str(over.screen.query_one("#draft", Static).content)


def copies(over: Over) -> bool:
    return over.app.clipboard.startswith("axolotl ") and "copied" in str(over.screen.query_one("#copied").render())


def leaves(over: Over) -> bool:
    return over.left == [True]


def prefers(over: Over) -> bool:
    assert isinstance(over.screen, FitScreen)
    return over.screen.prefer == "speed" and over.screen.proposals[0].label == "Best for speed"


def takes_the_best(over: Over) -> bool:
    return [getattr(one, "label", None) for one in over.answers] == ["Best for quality"]


class AtItsList(KeysScreen):
    AUTO_FOCUS = "DataTable"


def named(there: bool) -> Does:
    """Whether the plan names a base model, which is the first key of the list."""
    return lambda over: ("base_model" in values(over.app)) is there


def at_row(number: int) -> Does:
    return lambda over: over.screen.query_one(DataTable).cursor_row == number


DIFFERENCES = [("one", "+a"), ("two", ""), ("three", "-b")]


def unsafe_fix(app: MemwizardApp) -> UnsafeFixScreen:
    fix = Fix({"micro_batch_size": 1}, "unsafe", "micro_batch_size: 1")
    found = Finding("MW102", "eval-batch-size-differs", "warning", "a finding", ("eval_batch_size",), "Axolotl", fix)
    return UnsafeFixScreen(found, app.wizard.session.review, fix.changes, app.wizard.session.review)


SCREENS: dict[type[ModalScreen[Any]], tuple[Callable[[MemwizardApp], Screen[Any]], dict[str, Does]]] = {
    PageScreen: (lambda app: PageScreen("A title", "A text"), {"escape": closes(), "q": closes()}),
    DifferenceScreen: (
        lambda app: DifferenceScreen(DIFFERENCES),
        {
            "right": turns(1), "tab": turns(1), "d": turns(1), "left": turns(2), "shift+tab": turns(2),
            "escape": closes(), "q": closes(), "f4": closes(),
        },
    ),
    TopicScreen: (
        lambda app: TopicScreen("Rank", topics()["rank"]),
        {"g": shows(GlossaryScreen), "f1": shows(HelpScreen), "escape": closes(), "q": closes()},
    ),
    GlossaryScreen: (lambda app: GlossaryScreen(), {"escape": closes(), "q": closes()}),
    HelpScreen: (
        lambda app: HelpScreen(6),
        {"g": shows(GlossaryScreen), "escape": closes(), "q": closes(), "f1": closes()},
    ),
    ResumeScreen: (
        lambda app: ResumeScreen([FIRST, SECOND]),
        {
            "enter": closes(FIRST), "r": closes(FIRST), "y": closes(FIRST), "o": shows_another,
            "escape": closes(None), "n": closes(None), "q": closes(None),
        },
    ),
    ConfirmScreen: (
        lambda app: ConfirmScreen("a.yml", "-a\n+b\n"),
        {"y": closes(True), "n": closes(False), "escape": closes(False)},
    ),
    WrittenScreen: (
        lambda app: WrittenScreen("a.yml", None, app.wizard.session.review),
        {"c": copies, "escape": closes(), "enter": closes(), "ctrl+q": leaves, "q": leaves},
    ),
    WelcomeScreen: (
        lambda app: WelcomeScreen(app.wizard.session.steps),
        {"enter": closes(), "space": closes(), "escape": closes(), "q": closes()},
    ),
    FitScreen: (
        lambda app: FitScreen(app.wizard.session.state),
        {
            "p": prefers, "m": shows(PageScreen), "enter": takes_the_best,
            "escape": closes(None), "q": closes(None), "f5": closes(None),
        },
    ),
    DataScreen: (
        lambda app: DataScreen(app.wizard.session.state, app.outside),
        {"escape": closes(), "q": closes(), "f6": closes()},
    ),
    LaunchScreen: (
        lambda app: LaunchScreen(),
        {"enter": closes("accelerate"), "escape": closes(None), "q": closes(None), "f7": closes(None)},
    ),
    MendScreen: (
        lambda app: MendScreen("line 3: not valid YAML"),
        {"enter": closes(True), "e": closes(True), "escape": closes(False), "q": closes(False)},
    ),
    KeysScreen: (
        lambda app: AtItsList(app.wizard.keying),
        {
            "delete": named(False), "ctrl+z": named(True), "ctrl+y": named(False), "down": at_row(1),
            "enter": shows(KeyScreen), "escape": closes(), "f8": closes(),
        },
    ),
    KeyScreen: (
        lambda app: KeyScreen(one(app.wizard.session.state.plan, "seed"), app.wizard.session.state, lambda text: ""),
        {"enter": closes(), "ctrl+s": closes(), "escape": closes()},
    ),
    MemoryScreen: (
        lambda app: MemoryScreen(app.wizard.session.review),
        {"escape": closes(), "q": closes(), "f2": closes()},
    ),
    FileScreen: (
        lambda app: FileScreen(app.wizard.session),
        {"escape": closes(), "q": closes(), "f3": closes()},
    ),
    RuleScreen: (lambda app: RuleScreen("MW102"), {"escape": closes(), "q": closes()}),
    StrangerScreen: (
        lambda app: StrangerScreen("acme/private-7b", "nobody knows it"),
        {"enter": closes(Onward("like", "about 7B")), "ctrl+o": closes(Onward("hub")), "escape": closes(None)},
    ),
    UnsafeFixScreen: (
        unsafe_fix,
        {
            "enter": closes(True), "y": closes(True), "ctrl+f": closes(True),
            "escape": closes(False), "n": closes(False), "q": closes(False),
        },
    ),
}  # fmt: skip
ELSEWHERE: dict[type[Any], set[str]] = {
    DataScreen: {"enter", "pageup", "pagedown"},
    MemoryScreen: {"enter", "ctrl+f"},
    FileScreen: {"c", "s"},
    RuleScreen: {"ctrl+f"},
}
"""Keys that need lengths, findings or a box: test_data_and_launch, test_findings and test_own_file have them."""


def every(kind: type[Any]) -> Iterator[type[Any]]:
    for below in kind.__subclasses__():
        yield below
        yield from every(below)


def test_every_screen_over_the_wizard_has_a_test() -> None:
    ours = {one for one in every(ModalScreen) if one.__module__.startswith("wizard.ui.screens")}
    assert ours - {OverScreen, RunHelpScreen} == set(SCREENS)  # over a run: tests/ui/test_run.py
    assert all(issubclass(one, OverScreen) for one in ours)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.__name__)
async def test_every_key_of_a_screen_does_what_it_says(
    screen: type[ModalScreen[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, keys = SCREENS[screen]
    app = wizard(start="method")
    async with app.run_test(size=SIZE) as pilot:
        assert set(keys) == keys_of(screen.BINDINGS) - ELSEWHERE.get(screen, set())
        for key, does in keys.items():
            over = Over(app, made(app), [], [])
            monkeypatch.setattr(app, "exit", lambda *_, over=over, **__: over.left.append(True))
            await app.push_screen(over.screen, over.answers.append)
            assert not does(over)
            await pilot.press(key)
            await until(pilot, partial(does, over))
            while app.screen is not app.wizard:
                await app.pop_screen()
        monkeypatch.undo()


async def test_a_page_scrolls_by_keys() -> None:
    app = wizard(start="method")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f3")
        await pilot.pause()
        page = app.screen.query_one("VerticalScroll")
        for key in ("down", "pagedown", "end"):
            before = page.scroll_y
            await pilot.press(key)
            await pilot.pause()
            assert page.scroll_y > before, key
