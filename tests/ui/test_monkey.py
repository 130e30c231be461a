"""Some seconds of the monkey; `python -m scripts.monkey --minutes 30` is the whole of it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from scripts.monkey import Monkey, orphans, resident


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [3, 4])
def test_anything_may_be_pressed(seed: int, tmp_path: Path) -> None:
    told = Monkey(tmp_path, seed).play(250, math.inf)
    assert told.wrong == []
    assert told.keys == 250


def test_memory_and_sessions_are_told() -> None:
    import os

    assert resident(os.getpid()) > 1
    assert orphans(os.getsid(0)) != []
