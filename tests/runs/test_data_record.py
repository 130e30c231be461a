"""What Axolotl learned of each data file, as it was recorded, is what a person means it to learn."""

from __future__ import annotations

import pytest

from scripts.runs.case import WORKS
from scripts.runs.data import data
from scripts.runs.record import Record
from tests.data.files import SOUND

ROWS = Record.of("0.21.0", "data").rows
LEARNED = {one.id: one.learned for one in SOUND}


@pytest.mark.parametrize("name", sorted(ROWS), ids=" ".join)
def test_the_learned_part_is_the_answer(name: tuple[str, ...]) -> None:
    row, learned = ROWS[name], LEARNED[name[1]]
    assert row["outcome"] == WORKS
    if learned is not None:
        assert row["seen"]["learned"] == learned
        assert row["seen"]["whole"].endswith(learned)
        assert "What is row 0?" in row["seen"]["whole"].removesuffix(learned)


def test_every_sound_file_was_run_as_it_is_proposed_today() -> None:
    assert {case.id: case.hash for case in data()} == {name: row["hash"] for name, row in ROWS.items()}
