"""Logs that somebody made to do harm, and logs of any bytes."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.command import run
from tests.doctor.corpus import CORPUS
from tests.doctor.test_corpus import told
from wizard.doctor.heard import Heard
from wizard.doctor.listener import Listener
from wizard.world.logs import MAX_LINE, log_lines

PIECES = (
    "Traceback (most recent call last):\n", '  File "x.py", line 1, in step\n',
    "CUDA out of memory. Tried to allocate ",
    "2.00 GiB", "\r", "\n", "\x1b[31m", "\x1b]0;title\x07", "[rank3]: ", " 12%|#| 3/25 [00:01<?]", "Killed", "'loss'",
    "{'memory/max_active (GiB)': '1e999'", "exitcode  : -9", "Starting trainer...", "\x00", "99999999999999999999",
    "During handling of the above exception, another exception occurred:\n", "ValueError: x\n",
    '  "world_size": 9e9,\n',
)  # fmt: skip
TAME = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@TAME
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=60))
def test_any_text_gets_an_answer(tmp_path: Path, parts: list[str]) -> None:
    path = tmp_path / "train.log"
    path.write_bytes("".join(parts).encode("utf-8", errors="surrogatepass"))
    done = run("doctor", path)
    assert done.code in (0, 1)
    assert all(one.isprintable() or one == "\n" for one in done.out)


@TAME
@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer_or_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "train.log"
    path.write_bytes(data)
    done = run("doctor", path, "--json")
    assert done.code in (0, 1, 2)
    assert done.code != 2 or done.refusal()


def test_texts_torn_in_the_middle_get_an_answer(tmp_path: Path) -> None:
    path, draw = tmp_path / "train.log", random.Random(1)
    for log in CORPUS:
        data = log.text.encode()
        start, end = sorted((draw.randrange(len(data)), draw.randrange(len(data))))
        path.write_bytes(data[start : end + 1])
        assert told(path).why


def _heard(path: Path) -> Heard:
    listener = Listener("x")
    for number, text in log_lines(str(path)):
        listener.takes(number, text)
    return listener.ends()


def test_a_line_without_end_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    path.write_bytes(b"x" * 5_000_000 + b"RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB.\n" + b"after\n")
    lines = list(log_lines(str(path)))
    assert [number for number, _ in lines] == [1, 2]
    assert len(lines[0][1]) < MAX_LINE + 100
    assert lines[0][1].endswith("Tried to allocate 2.00 GiB.")


def test_what_is_kept_does_not_grow_with_the_log(tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    one = "[rank{0}]: Traceback (most recent call last):\n[rank{0}]: RuntimeError: CUDA out of memory\n"
    step = (
        " 1%|#| {0}/99999 [00:01<?]\n{{'loss': '1', 'memory/max_active (GiB)': '1', 'memory/max_allocated (GiB)': '1', "
    )
    step += "'memory/device_reserved (GiB)': '1'}}\n"
    path.write_text(
        "".join(one.format(number % 9000) + step.format(number) for number in range(6000)), encoding="utf-8"
    )
    found = _heard(path)
    assert len(found.deaths) <= 600
    assert len(found.samples) <= 1024
    assert found.step == 5999


def test_packed_and_wide_texts_are_read(tmp_path: Path) -> None:
    text = (
        "Starting trainer...\n 10%|#| 50/500 [00:01<?]\nRuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB.\n"
    )
    packed, wide, cut = tmp_path / "a.gz", tmp_path / "wide.log", tmp_path / "cut.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    wide.write_bytes(text.encode("utf-16"))
    cut.write_bytes(gzip.compress((text * 2000).encode())[:-20])
    assert [told(path).step for path in (packed, wide)] == [51, 51]
    assert told(cut).died


def test_what_a_log_steers_does_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "\x1b[31mred.log"
    path.write_bytes(b"\x1b]0;owned\x07RuntimeError: \x1b[2JCUDA out of memory \xe2\x80\xae\n")
    done = run("doctor", path)
    assert done.code == 1
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert "owned" not in done.out
