"""Ctrl+E: the whole file in an editor."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.ui.apps import hint, until, values, wizard
from wizard.ui.screens.mend import MendScreen

SIZE = (80, 24)


@pytest.fixture
def rounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder: an editor adds the file 1 the first time that it is opened, 2 the second time."""
    script = tmp_path / "editor"
    script.write_text(
        '#!/bin/sh\nhere="$(dirname "$0")"\necho x >> "$here/opened"\n'
        'cat "$here/$(wc -l < "$here/opened" | tr -d " ")" >> "$1"\n',
        encoding="utf-8",
    )
    script.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(script))
    return tmp_path


async def test_what_the_editor_leaves_is_taken_and_can_be_undone(rounds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (rounds / "1").write_text("max_grad_norm: 0.5\n", encoding="utf-8")
    app = wizard()
    monkeypatch.setattr(app, "suspend", nullcontext)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+e")
        await until(pilot, lambda: values(app).get("max_grad_norm") == 0.5)
        assert hint(app) == "Taken from the editor: max_grad_norm. Ctrl+Z undoes it."
        await pilot.press("ctrl+z")
        assert "max_grad_norm" not in values(app)


async def test_a_broken_file_is_said_and_edited_again_with_nothing_lost(
    rounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (rounds / "1").write_text("max_grad_norm: [7\n", encoding="utf-8")
    (rounds / "2").write_text("  ]\n", encoding="utf-8")
    app = wizard()
    monkeypatch.setattr(app, "suspend", nullcontext)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+e")
        await until(pilot, lambda: isinstance(app.screen, MendScreen))
        screen = app.screen
        assert isinstance(screen, MendScreen)
        assert "not valid YAML" in screen.why
        assert "max_grad_norm" not in values(app)
        await pilot.press("enter")
        await until(pilot, lambda: values(app).get("max_grad_norm") == [7])


async def test_a_file_that_the_editor_deletes_is_edited_again(rounds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = rounds / "editor"
    script.write_text(
        '#!/bin/sh\nhere="$(dirname "$0")"\nif [ -e "$here/once" ]; then echo "max_grad_norm: 0.5" >> "$1"; '
        'else touch "$here/once"; rm "$1"; fi\n',
        encoding="utf-8",
    )
    app = wizard()
    monkeypatch.setattr(app, "suspend", nullcontext)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+e")
        await until(pilot, lambda: isinstance(app.screen, MendScreen))
        assert "can't be read" in str(getattr(app.screen, "why", ""))
        await pilot.press("enter")
        await until(pilot, lambda: values(app).get("max_grad_norm") == 0.5)


async def test_a_broken_file_can_be_dropped(rounds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (rounds / "1").write_text("max_grad_norm: [7\n", encoding="utf-8")
    app = wizard()
    monkeypatch.setattr(app, "suspend", nullcontext)
    async with app.run_test(size=SIZE) as pilot:
        before = values(app)
        await pilot.press("ctrl+e")
        await until(pilot, lambda: isinstance(app.screen, MendScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.wizard)
        assert hint(app) == "What was edited is dropped; nothing has changed."
        assert values(app) == before


async def test_without_an_editor_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    app = wizard()
    monkeypatch.setattr(app, "suspend", nullcontext)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+e")
        await until(pilot, lambda: "no editor is named" in hint(app))
