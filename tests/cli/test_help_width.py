"""The help of every command fits a terminal of 80 columns."""

from __future__ import annotations

import pytest

from tests.cli.command import run
from wizard.cli import COMMANDS


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_help_fits(command: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run(*([command] if command else []), "--help").out.splitlines()
    assert [line for line in lines if len(line) > 80] == []
