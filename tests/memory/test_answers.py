"""GRPO as simulated with TRL's own trainer: answers are made, scored, and learnt from."""

from __future__ import annotations

import statistics

from benchmarks.accuracy.rows import ROOT, read_all
from benchmarks.accuracy.score import score

ROWS, APART = read_all([ROOT / "truth" / "rollouts.jsonl"])


def test_simulated_rows_are_met() -> None:
    found = score(ROWS)
    errors = sorted(one.error for one in found)
    assert statistics.median(map(abs, errors)) < 0.02
    assert max(map(abs, errors)) < 0.08
    assert errors[0] > -0.03
    assert all(one.covered for one in found)


def test_each_thing_that_its_memory_depends_on_is_there() -> None:
    assert not APART
    assert len(ROWS) >= 8
    assert {row.kind for row in ROWS} == {"answers"}
    assert len({row.labels["model"] for row in ROWS}) == 3
    made = [row.settings.generation for row in ROWS]
    assert {one.engine for one in made if one} == {"transformers", "colocate"}
    assert {one.held for one in made if one} == {one.chunked for one in made if one} == {True, False}
    assert {row.phase for row in ROWS} >= {"forward", "backward"}  # of some the answers are the worst, not the training
    held = {row.settings.adapter for row in ROWS if row.settings.held}
    assert held >= {None, "lora", "qlora"}
