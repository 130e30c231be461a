"""A write that is interrupted, wherever that is, loses nothing: the old content is in the file or in its backup."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.world.interrupting import Calls, Steps
from tests.world.test_atomic import inside, one_name
from wizard.world import atomic
from wizard.world.ledger import LEDGER, Written

BEFORE = {"my.yml": "old"}
AFTER = {"my.yml": "new", "my.yml.bak1": "old"}


@pytest.fixture(autouse=True)
def ledger() -> Iterator[None]:
    """An empty one before and after."""
    LEDGER.clear()
    yield
    LEDGER.clear()


def told(target: Path) -> dict[str, str]:
    """What the folder holds by what the ledger says."""
    written = [one for one in LEDGER.written() if one.path == target]
    assert written in ([], [Written(target, target.with_name("my.yml.bak1"), new=False)])
    return AFTER if written else BEFORE


@pytest.fixture(params=["second name", "copy"], autouse=True)
def file_system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either kind, without waiting for the disk."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    if request.param == "copy":
        monkeypatch.setattr(os, "link", one_name)


@pytest.fixture
def targets(tmp_path: Path) -> Iterator[Path]:
    """Files without end, each in a folder of its own."""

    def fresh(number: int) -> Path:
        target = tmp_path / str(number) / "my.yml"
        target.parent.mkdir()
        target.write_text("old", encoding="utf-8")
        return target

    return map(fresh, count())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # an open file is left to be collected
def test_before_every_instruction(targets: Iterator[Path]) -> None:
    ends = list[dict[str, str]]()
    for at, target in enumerate(targets, 1):
        steps = Steps(at)
        try:
            with steps.watching():
                atomic.write(target, "new")
        except KeyboardInterrupt:
            ends.append(inside(target.parent))
            assert told(target) == ends[-1]
        else:
            break
    assert len(ends) > 100
    assert ends[0] == BEFORE
    assert ends[-1] == AFTER


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_around_every_call_of_the_system(targets: Iterator[Path], after: bool) -> None:
    for at, target in enumerate(targets, 1):
        with pytest.MonkeyPatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
            calls = Calls(patch, {at}, after=after)
            atomic.write(target, "new")
        assert inside(target.parent) == told(target)
        if calls.seen < at:
            break
    assert at > 8


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_twice(targets: Iterator[Path], after: bool) -> None:
    """The second one disturbs the tidying up: a file may be left over, but nothing is lost."""
    for first in count(1):
        for second in range(first + 1, first + 8):
            target = next(targets)
            with pytest.MonkeyPatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
                calls = Calls(patch, {first, second}, after=after)
                atomic.write(target, "new")
            found = inside(target.parent)
            assert found["my.yml"] == told(target)["my.yml"]
            assert "old" in (found["my.yml"], found.get("my.yml.bak1"))
        if calls.seen < first:
            return
