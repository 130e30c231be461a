"""`estimate` and `fit` tell what is free on the disk that the run would write to, where that is this machine's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.command import run
from wizard.domain.units import GIB
from wizard.world import probe, there
from wizard.world.recorded import recorded

PRESET = Path(__file__).parents[2] / "presets" / "qlora-24gb.yml"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    found = replace(recorded("rtx-4090"), origin="probed", name=None)
    monkeypatch.setattr(probe, "probe", lambda: found)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("free", "words"), [(200 * GIB, "fits"), (1 << 20, "over: does not fit")])
def test_it_stands_beside_what_is_left_there_and_changes_no_verdict(
    free: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def free_disk(path: str) -> int:
        asked.append(path)
        return free

    monkeypatch.setattr(there, "free_disk", free_disk)
    done = run("estimate", PRESET)
    (line,) = (line for line in done.out.splitlines() if line.startswith("disk: "))
    assert line.endswith(f" free -> {words}")
    assert set(asked) == {"./outputs/qlora-24gb"}
    assert done.code == 0
    said = run("fit", PRESET).err
    assert "are free: " + ("it fits" if words == "fits" else "it does not fit") in said


@pytest.mark.usefixtures("here")
def test_where_it_can_not_be_told_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(there, "free_disk", lambda path: None)
    assert "free -> " not in next(line for line in run("estimate", PRESET).out.splitlines() if line[:6] == "disk: ")
    assert " of disk " not in run("fit", PRESET).err


@pytest.mark.parametrize("named", ["--gpu", "--demo"])
def test_another_machines_disk_is_not_known(named: str) -> None:
    done = run("estimate", PRESET, named, "rtx-4090")
    assert "free" not in next(line for line in done.out.splitlines() if line.startswith("disk: "))
    assert " of disk " not in run("fit", PRESET, named, "rtx-4090").err
