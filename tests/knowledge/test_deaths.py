"""The rows of deaths.toml."""

from __future__ import annotations

from typing import get_args

import pytest

from wizard.doctor.diagnosis import CauseName
from wizard.domain.estimate import COMPONENTS
from wizard.knowledge.deaths import KINDS, cause_texts, death_texts, making, phase_marks, row_calls, screen

TEXTS = [(row, text) for row in death_texts() for text in row.text]


@pytest.mark.parametrize(("row", "text"), TEXTS, ids=lambda one: one if isinstance(one, str) else one.name)
def test_each_text_passes_the_screen_and_means_its_own_row(row: object, text: str) -> None:
    assert any(word in text.lower() for word in screen())
    assert next(one for one in death_texts() if any(piece in text for piece in one.text)) is row


def test_rows_are_whole() -> None:
    rows = death_texts()
    assert len({row.name for row in rows}) == len(rows)
    assert all(row.kind in KINDS and row.says and row.versions and row.source for row in rows)
    assert set(cause_texts()) == set(get_args(CauseName))
    assert {term for term, _ in making()} <= set(COMPONENTS)
    calls = [call for marks in phase_marks() for call in marks.calls]
    calls += [call for _, found in making() for call in found] + [*row_calls()]
    assert all(function for _, function in calls)
