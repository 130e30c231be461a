"""What a run held by phase, of what is seen of it now and then."""

from __future__ import annotations

import pytest

from wizard.doctor.measured import RunPhases


@pytest.mark.parametrize(("phase", "counts"), [
    ("start", False), ("data", False), ("load", False), ("forward", True), ("evaluation", True), ("save", True),
])  # fmt: skip
def test_what_was_held_for_a_moment_counts_once_it_trains(phase: str, counts: bool) -> None:
    """An evaluation's logits last some tenths of a second, and the log says `save` until the next step is over."""
    seen = RunPhases()
    seen.turns(phase, 0.0)
    seen.sees({}, 1000, 1.0)
    seen.sees({}, 900, 2.0, spiked=700)
    seen.ends(3.0)
    last = seen.told()[-1]
    assert last.host == (1600 if counts else 1000)
    assert last.seconds == 3.0
