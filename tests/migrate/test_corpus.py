"""Old files, written as each release had them: what comes of them is taken by today's Axolotl, or a person decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migrate.corpus import FILES, key, migrated, read, verdicts

EACH = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@EACH
def test_axolotl_takes_it_or_what_is_to_decide_is_said(path: Path) -> None:
    made = migrated(path.read_text(encoding="utf-8"))
    verdict = verdicts().get(key(made.text))
    assert verdict is not None, "another text than was judged: python -m tests.migrate --record PYTHON"
    assert verdict["ok"] or made.open, verdict["error"]


@EACH
def test_a_second_run_changes_nothing(path: Path) -> None:
    made = migrated(path.read_text(encoding="utf-8"))
    again = migrated(made.text)
    assert again.text == made.text
    assert again.moves == ()


@EACH
def test_no_key_and_no_comment_is_lost_without_a_word(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    made = migrated(text)
    before, after = read(text), read(made.text)
    told = {name for move in made.moves if move.fix is not None for name in (*move.fields, *move.fix.changes)}
    assert [name for name in before if name not in after and name not in told] == []
    for move in made.moves:
        assert move.message
        assert move.fix is not None
        assert move.fix.says
    assert [name for name in after if name not in before and name not in told] == []


def test_every_release_is_there() -> None:
    releases = {path.stem.partition("-")[0] for path in FILES}
    assert len(FILES) >= 60
    assert {f"0.{number}" for number in (*range(3, 15), *range(16, 21))} <= releases


def test_most_are_taken_as_they_come() -> None:
    made = [migrated(path.read_text(encoding="utf-8")) for path in FILES]
    assert sum(verdicts()[key(one.text)]["ok"] for one in made) >= len(FILES) * 0.9
    assert len(set(verdicts()) - {key(one.text) for one in made}) == 0, "verdicts of texts that are no more"
