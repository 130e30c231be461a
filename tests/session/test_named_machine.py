"""A machine that is named in the wizard is the one that `--gpu` names: its environment comes along."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.plain.dialogues import Recorded, opening, talk
from tests.ui.apps import until, wizard
from wizard.cli.common import chosen_machine


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
