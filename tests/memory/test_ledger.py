"""Every figure of many plans' estimates is what the ledger has: what moves is to be read and recorded anew."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from scripts.ledgers.case import Case, chapters
from scripts.ledgers.figures import figures
from scripts.ledgers.table import FOLDER, moved, path_of, read, text

SHOWN, SIZE = 40, 12
CASES = chapters()
kept = cache(read)


GROUPS = [
    pytest.param(chapter, cases[first : first + SIZE], id=f"{chapter}-{first}")
    for chapter, cases in CASES.items()
    for first in range(0, len(cases), SIZE)
]


@pytest.mark.parametrize(("chapter", "cases"), GROUPS)
def test_no_figure_moves_unseen(chapter: str, cases: list[Case]) -> None:
    lines = [line for one in cases for line in moved(one.id, kept(chapter).get(one.id, {}), figures(one))]
    told = "\n".join(lines[:SHOWN])
    assert not lines, f"{len(lines)} figures moved; python -m scripts.ledgers records them\n{told}"


def test_the_ledger_has_these_plans_alone() -> None:
    assert {chapter: list(kept(chapter)) for chapter in CASES} == {
        chapter: [one.id for one in cases] for chapter, cases in CASES.items()
    }
    assert {path.stem for path in FOLDER.glob("*.tsv")} == set(CASES)
    assert sum(path.stat().st_size for path in FOLDER.glob("*.tsv")) < 1_750_000


def test_what_moved_is_told_by_plan_and_figure() -> None:
    before, now = {"phase load": 5, "held flight": 7, "gone": 3}, {"phase load": 5, "held flight": 1_007, "new": 2}
    assert list(moved("some", before, now)) == [
        "some: held flight moved by +1,000, from 7 to 1,007",
        "some: gone moved by -3, from 3 to 0",
        "some: new moved by +2, from 0 to 2",
    ]


def test_a_table_is_read_back_as_it_was_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table = {"a/1": {"x": 1, "z": -3}, "b": {"y": 2}, "none": {}}
    monkeypatch.setattr("scripts.ledgers.table.FOLDER", tmp_path)
    path_of("some").write_text(text(table), encoding="utf-8")
    assert read("some") == table
    assert read("other") == {}
