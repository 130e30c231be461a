"""The page for a first run: shown until it was seen, never where it is turned off."""

from __future__ import annotations

import pytest

from wizard.world.firstrun import first_run, seen
from wizard.world.places import state_folder


def test_shown_until_it_was_seen() -> None:
    assert first_run()
    assert not state_folder().exists()
    seen()
    assert not first_run()
    seen()


@pytest.mark.parametrize("word", ["0", "no", "False", "off"])
def test_turned_off(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("MEMWIZARD_FIRST_RUN", word)
    assert not first_run()


@pytest.mark.parametrize("word", ["", "1", "yes"])
def test_not_turned_off(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("MEMWIZARD_FIRST_RUN", word)
    assert first_run()
    seen()
    assert not first_run()


def test_where_nothing_can_be_written() -> None:
    state_folder().parent.mkdir(parents=True)
    state_folder().write_text("a file", encoding="utf-8")
    seen()
    assert first_run()
