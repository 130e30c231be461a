"""Hostile input for every reader: what once failed, and some of each reader from a seed of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.fuzz.batch import batch
from scripts.fuzz.case import Case, as_row, of_row
from scripts.fuzz.judge import Answer, apart, emptied, faults, here
from scripts.fuzz.readers import READERS, case
from scripts.fuzz.readers.servers import CALLS
from wizard.mcp.server import READS

CORPUS = sorted(Path(__file__).with_name("corpus").glob("*.json"))
SEED, EACH = 2026, 15


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_what_once_failed(path: Path, tmp_path: Path) -> None:
    once = of_row(json.loads(path.read_text()))
    with emptied(tmp_path / "here") as folder:
        assert faults(once, here(once, folder)) == []


@pytest.mark.timeout(600)
@pytest.mark.parametrize("reader", READERS)
def test_some_of_each_reader(reader: str) -> None:
    done = batch(SEED, [(reader, number) for number in range(1, EACH + 1)])
    assert done.wrong == ()
    assert done.inputs == {reader: EACH}


def test_every_tool_of_an_agent_is_called() -> None:
    assert {name for name, _ in CALLS} == {*READS, "write"}


def test_in_a_process_of_its_own(tmp_path: Path) -> None:
    wanted = case("options of every command", SEED, 1)
    with emptied(tmp_path / "apart") as folder:
        answer = apart(wanted, folder)
    assert faults(wanted, answer) == []


@pytest.mark.parametrize("reader", READERS)
def test_an_input_is_made_again_and_kept(reader: str) -> None:
    first = case(reader, SEED, 7)
    assert first == case(reader, SEED, 7)
    kept = json.loads(json.dumps(as_row(first)))
    assert of_row(kept) == first


@pytest.mark.parametrize(
    ("arguments", "answer", "words"),
    [
        (("check",), Answer(3, b"", b""), "exit code 3"),
        (("check",), Answer(0, b"a\x1b]0;x", b""), "control character"),
        (("check",), Answer(0, b"", "\u202ea".encode()), "control character"),
        (("check", "--json"), Answer(0, b"{}\n{\n", b""), "not JSON"),
        (("check", "--json"), Answer(0, b'{"a": NaN}\n', b""), "not JSON"),
        (("lsp",), Answer(0, b"hello", b""), "not JSON"),
        (("check",), Answer(0, b"", b"", seconds=11.0), "slow"),
        (("check",), Answer(0, b"", b"", grown=1 << 20), "memory"),
        (
            ("check",),
            Answer(99, b"", b"", error='  File "/wizard/x.py", line 1\nKeyError: 1'),
            "traceback: KeyError: 1",
        ),
    ],
)
def test_the_judge_sees_each_kind(arguments: tuple[str, ...], answer: Answer, words: str) -> None:
    (fault,) = faults(Case(arguments), answer)
    assert fault.startswith(words)


def test_a_child_that_dies_or_hangs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import os
    import signal
    import time

    from scripts.fuzz import batch as batches

    monkeypatch.setattr(batches, "PATIENCE", 1.0)

    def made(reader: str, seed: int, number: int) -> Case:
        if number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == 3:
            time.sleep(60)
        return case(reader, seed, number)

    monkeypatch.setattr(batches, "case", made)
    monkeypatch.setattr(batches, "warm", lambda: None)
    done = batches.batch(SEED, [("preset", number) for number in (1, 2, 3, 4)])
    assert [one.partition(":")[0] for one in done.wrong] == ["preset 2", "preset 3"]
    assert done.inputs == {"preset": 4}
