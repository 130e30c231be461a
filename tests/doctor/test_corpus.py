"""Deaths as logs tell them, diagnosed as a table says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doctor.corpus import CORPUS, DeadLog
from wizard.doctor.diagnosis import Diagnosis
from wizard.doctor.listener import Listener
from wizard.doctor.shortage import shortage
from wizard.doctor.tell import diagnoses
from wizard.world.logs import log_lines


def told(path: Path) -> Diagnosis:
    """What is said of one log, read as the command reads it."""
    listener = Listener(path.name)
    for number, text in log_lines(str(path)):
        listener.takes(number, text)
    return diagnoses([listener.ends()])[0]


def bytes_of(text: str) -> int | None:
    """A size as torch writes it."""
    found = shortage(f"Tried to allocate {text}.")
    return found.asked if found else None


@pytest.mark.parametrize("log", CORPUS, ids=lambda one: f"{one.file}-{one.name}")
def test_is_diagnosed_as_the_table_says(log: DeadLog, tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    path.write_bytes(log.text.encode())
    found = told(path)
    assert found.died
    assert found.cause == log.expect["cause"], found.why
    given = {"phase": found.phase, "rank": found.rank, "step": found.step, "steps": found.steps,
             "codes": list(found.codes)}  # fmt: skip
    for name in given.keys() & log.expect.keys():
        assert given[name] == log.expect[name], name
    if "rank" not in log.expect and log.file != "unknown":
        assert found.rank is None
    assert log.expect.get("says", "") in found.why
    assert log.expect.get("says", "") in found.why
    assert log.expect.get("says", "") in found.why
    if "asked" in log.expect:
        assert found.asked == bytes_of(log.expect["asked"])
    if "capacity" in log.expect:
        assert found.capacity == bytes_of(log.expect["capacity"])
    assert found.evidence
    assert found.evidence[0].text
    assert found.why.isprintable()


def test_there_are_as_many_as_are_promised() -> None:
    known = [one for one in CORPUS if one.file != "unknown"]
    assert len(known) >= 80
    assert sum(bool(one.deviation) for one in known) >= 15
    assert sum(one.file == "unknown" for one in CORPUS) >= 10
    assert len({one.name for one in CORPUS}) == len(CORPUS)
    assert all(one.source and one.versions for one in known)
