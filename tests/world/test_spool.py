"""What a run prints while a screen is up."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from wizard.domain.errors import InputError
from wizard.world.spool import Spool


def test_all_of_it_goes_on_and_what_comes_later_too(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "there")
    assert stat.S_IMODE(spool.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(spool.path.parent.stat().st_mode) == 0o700
    os.write(spool.number, b"one\n\xff" * 40_000)
    spool.add(b"ours\n")
    target = os.open(tmp_path / "target", os.O_CREAT | os.O_WRONLY)
    assert spool.pour(target)
    os.write(spool.number, b"later\n")
    assert (tmp_path / "target").read_bytes() == b"one\n\xff" * 40_000 + b"ours\nlater\n"
    spool.end(keep=False)
    assert not spool.path.exists()
    os.close(target)


def test_a_terminal_that_takes_nothing_leaves_the_file(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.add(b"one\n")
    with open("/dev/full", "wb", buffering=0) as target:
        assert not spool.pour(target.fileno())
    spool.end(keep=True)
    assert spool.path.read_bytes() == b"one\n"


def test_where_it_can_not_be_made_a_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="can't be made"):
        Spool(tmp_path / "file" / "below")
