"""Logs that are no plain file of text, and many at once."""

from __future__ import annotations

import bz2
import lzma
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.doctor.test_shapes import STACK, STEPS
from wizard.cli.seeing import snapshots_of
from wizard.doctor.listener import Listener
from wizard.doctor.tell import diagnoses
from wizard.domain.errors import InputError
from wizard.output.text.doctor import doctors_text
from wizard.world.logs import log_lines

TEXT = STEPS + STACK
WAITS = "[rank{0}]:[E321 02:07:08.4 ProcessGroupNCCL.cpp:607] [Rank {0}] Watchdog caught collective operation timeout"


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress])
def test_a_packed_log_is_read(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "train.log.packed"
    path.write_bytes(pack(TEXT.encode()))
    assert [line for _, line in log_lines(str(path))][-1] == STACK.splitlines()[-1]
    path.write_bytes(pack(TEXT.encode())[:-20])
    cut = [line for _, line in log_lines(str(path))]
    assert TEXT.splitlines()[: len(cut)] == cut


@pytest.mark.parametrize(
    ("head", "says"), [(b"\x28\xb5\x2f\xfd", "unpack it first"), (b"PK\x03\x04", "unpack it first")]
)
def test_what_python_cannot_unpack_says_what_can(head: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(head + b"\x00" * 600)
    with pytest.raises(InputError, match=says):
        list(log_lines(str(path)))


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(random.Random(1).randbytes(4096))
    with pytest.raises(InputError, match="is not text"):
        list(log_lines(str(path)))


def test_a_log_of_another_alphabet_or_with_a_hole_is_text(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"\x00" * 4096 + (TEXT + "训练报错：显存不足。\n" * 20).encode("gb18030"))
    assert list(log_lines(str(path)))


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=(TEXT,))
    writer.start()
    assert snapshots_of([str(path)]) == []
    assert [line for _, line in log_lines(str(path))][-1] == STACK.splitlines()[-1]
    writer.join()


def test_of_many_logs_the_first_death_comes_first_and_once() -> None:
    heard = []
    for rank in range(64):
        listener = Listener(f"rank{rank}.log")
        for number, line in enumerate((TEXT if rank == 37 else STEPS + WAITS.format(rank)).splitlines(), 1):
            listener.takes(number, line)
        heard.append(listener.ends())
    told = doctors_text(diagnoses(heard))
    assert told.startswith("rank37.log: out of GPU memory")
    assert "63 more only followed" in told
    assert told.count("What helps") == 1
    assert len(told.splitlines()) < 60
