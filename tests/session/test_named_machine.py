"""A machine that is named in the wizard is the one that `--gpu` names: its environment comes along."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Input, Static

from tests.plain.dialogues import Recorded, opening, talk
from tests.ui.apps import until, wizard
from wizard.cli.common import chosen_machine
from wizard.knowledge.gpus import named_machine


@pytest.fixture(autouse=True)
def allocator(monkeypatch: pytest.MonkeyPatch) -> None:
    """What MW107 is about."""
    monkeypatch.setenv("PYTORCH_CUDA_ALLOC_CONF", "max_split_size_mb:64")


def codes(findings: object) -> set[str]:
    return {finding.code for finding in findings}  # type: ignore[attr-defined]


async def test_typed_at_the_first_step_of_the_screen() -> None:
    app = wizard(demo="t4")
    async with app.run_test(size=(80, 24)) as pilot:
        app.wizard.query_one("#gpu-name", Input).focus()
        await pilot.press(*"rtx-4090", "enter")
        await until(pilot, lambda: app.wizard.session.state.machine.name == "rtx-4090")
        assert "MW107" in codes(app.wizard.session.review.findings)
        assert app.wizard.session.state.machine == chosen_machine("rtx-4090")


def test_typed_at_the_first_prompt() -> None:
    _, person = talk(opening(), "rtx-4090", "findings", outside=Recorded("t4"))
    assert "MW107" in person.text


NOTE = "24GiB is taken as free to the last byte"


async def test_a_size_typed_on_the_screen_says_what_it_is_taken_as() -> None:
    app = wizard(demo="t4")
    async with app.run_test(size=(120, 40)) as pilot:
        notes = app.wizard.query_one("#page-machine .notes", Static)
        assert NOTE not in str(notes.render())
        app.wizard.query_one("#gpu-name", Input).focus()
        await pilot.press(*"24GiB", "enter")
        await until(pilot, lambda: NOTE in str(notes.render()))


async def test_a_size_that_the_screen_begins_with_says_it_too() -> None:
    app = wizard(machine=named_machine("24GiB"))
    async with app.run_test(size=(120, 40)) as pilot:
        notes = app.wizard.query_one("#page-machine .notes", Static)
        await until(pilot, lambda: NOTE in str(notes.render()))


def test_a_size_typed_at_the_prompt_says_what_it_is_taken_as_once() -> None:
    _, person = talk(opening(), "24GiB", outside=Recorded("t4"))
    assert person.text.count(NOTE) == 1
    _, person = talk(opening(), "rtx-4090", outside=Recorded("t4"))
    assert "is taken as free" not in person.text


def test_a_size_that_the_prompts_begin_with_says_it_too() -> None:
    _, person = talk(replace(opening(), machine=named_machine("24GiB")), "")
    assert person.text.count(NOTE) == 1
