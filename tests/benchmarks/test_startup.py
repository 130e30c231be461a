"""The start-up benchmark: what it starts draws what it waits for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.startup import PROGRAMS, first_frame


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_draws_what_is_waited_for(name: str, tmp_path: Path) -> None:
    command, wanted = PROGRAMS[name]
    assert first_frame(command, wanted, tmp_path, patience=60.0) > 0


def test_a_program_that_ends_is_told(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError, match="never drew GiB, but no such thing"):
        first_frame([sys.executable, "-c", "print('no such thing')"], b"GiB", tmp_path)
