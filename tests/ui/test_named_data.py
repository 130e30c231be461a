"""A data file that is named at the start is taken as if it were typed, said, and undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.cli.command import run
from tests.plain.dialogues import Recorded, opening, talk
from tests.session.test_conversation import entry
from tests.ui.apps import Whole, digit, on_screen, until, values, wizard
from wizard.cli.outside import RealOutside
from wizard.session import answers
from wizard.session.conversation import Conversation
from wizard.session.named_data import take_named
from wizard.session.opening import Opening
from wizard.session.results import Changed
from wizard.ui.app import MemwizardApp
from wizard.world.presets import preset
from wizard.world.recorded import recorded

TALK = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
JUDGED = {"prompt": "a", "completion": "b", "label": False}
CASES = [("talks.jsonl", TALK, "it is read as chat_template"), ("judged.jsonl", JUDGED, "Take it at step 5")]


@pytest.fixture(params=CASES, ids=lambda case: case[0])
def case(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The name of a file that is here, and what is said of it."""
    monkeypatch.chdir(tmp_path)
    name, row, says = request.param
    (tmp_path / name).write_text(f"{json.dumps(row)}\n" * 2000, encoding="utf-8")
    return name, says


def on_it(app: MemwizardApp, text: str) -> Callable[[], bool]:
    return lambda: text in " ".join(" ".join(on_screen(app)).split())


async def test_on_the_screen(case: tuple[str, str]) -> None:
    name, says = case
    app = wizard(data=name)
    typed = wizard(start="data")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, on_it(app, says))
        taken = values(app)
        await pilot.press(digit("data"))
        await until(pilot, lambda: app.screen.query_one("#entry-path", Input).value == name)
        assert values(app) == taken
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "alpaca_2k" in json.dumps(values(app)["datasets"]))
        await pilot.press("ctrl+y")
        await until(pilot, lambda: values(app) == taken)
    async with typed.run_test(size=(80, 24)) as pilot:
        await pilot.press(*name)
        await until(pilot, lambda: values(typed) == taken)


async def test_it_waits_for_the_machine_and_the_preset_that_suits_it(case: tuple[str, str]) -> None:
    name, says = case
    outside = Recorded("t4")
    start = Opening(preset("qlora-24gb").plan, None, "qlora-24gb", "mine.yml", chosen=False, data=name)
    app = Whole(start, outside)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, on_it(app, says))
        assert app.wizard.session.state.preset == "qlora-12gb"
        assert app.wizard.session.awaited is None


async def test_a_greeting_of_a_newcomer_does_not_cover_what_is_said_of_it(case: tuple[str, str]) -> None:
    name, says = case
    app = wizard(data=name, first=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, on_it(app, "Welcome to memwizard"))
        await pilot.press("enter")
        await until(pilot, on_it(app, says))


def test_line_by_line(case: tuple[str, str]) -> None:
    name, says = case
    start = opening()
    said, person = talk(replace(start, data=name), "quit", outside=Recorded())
    assert f"File or dataset: {name}." in person.text
    assert says in " ".join(person.text.split())
    assert said is not None
    assert said.kept


def test_it_is_taken_once_as_if_it_were_typed(case: tuple[str, str]) -> None:
    start = opening()
    with_it = Conversation(
        Opening(start.plan, recorded("rtx-4090"), start.preset, "a.yml", data=case[0]), RealOutside()
    )
    without = Conversation(Opening(start.plan, recorded("rtx-4090"), start.preset, "a.yml"), RealOutside())
    assert isinstance(take_named(with_it), Changed)
    assert take_named(with_it) is None
    assert take_named(without) is None
    answers.take_text(without, entry("path"), case[0])
    assert with_it.state == without.state


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--data", "none.jsonl"), "none.jsonl: there is no such file"),
        (("--data", "broken.jsonl"), "broken.jsonl:1: "),
        (("--data", "sound.jsonl,none.jsonl"), "none.jsonl: there is no such file"),
        (("--data", " , "), "--data names no file"),
        (("--data", "sound.jsonl", "--resume"), "--data begins a new config; "),
        (("--data", "sound.jsonl", "--config", "my.yml"), "--data begins a new config; "),
    ],
)
@pytest.mark.parametrize("face", [(), ("--plain",)], ids=["screen", "plain"])
def test_what_can_not_be_begun_with_is_refused_in_a_sentence(
    options: tuple[str, ...], says: str, face: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sound.jsonl").write_text(json.dumps(TALK), encoding="utf-8")
    (tmp_path / "broken.jsonl").write_text('{"a": ', encoding="utf-8")
    (tmp_path / "my.yml").write_text("base_model: Qwen/Qwen3-8B\n", encoding="utf-8")
    assert run(*options, *face).refusal().startswith(says)
