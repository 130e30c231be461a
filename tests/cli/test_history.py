"""`memwizard history` and `memwizard watch`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.command import run
from tests.cli.test_run import PRESET, ROOT, STANDIN, receipts, until
from tests.world.test_receipts import ONE
from wizard.domain.receipt import Like
from wizard.world.receipts import Receipts


@pytest.fixture
def store() -> Receipts:
    found = Receipts()
    found.add(ONE)
    found.add(replace(ONE, begun="2026-12-01T00:00:00Z", model="/opt/me/secret-model", code=137))
    found.add(replace(ONE, begun="2026-12-02T00:00:00Z", model="/opt/me/secret-model", allocated=12))
    return found


def test_nothing_yet() -> None:
    done = run("history")
    assert (done.code, "history.jsonl" in done.out) == (0, True)
    assert run("history", "show", "--json").out == ""
    assert run("history", "export").out == ""


def test_they_are_listed(store: Receipts) -> None:
    lines = run("history").out.splitlines()
    assert len(lines) == 4
    assert " ".join(lines[0].split()) == "begun model method machine forecast allocated GPU host steps exit code"
    assert "Qwen/Qwen3-8B" in lines[1]
    assert [row["exit_code"] for row in run("history", "show", "--json").rows()] == [0, 137, 0]


def test_some_are_deleted(store: Receipts) -> None:
    assert "--all" in run("history", "delete").refusal()
    assert run("history", "delete", "2025").code == 1
    assert run("history", "delete", "2026-12").err == "memwizard: 2 receipts deleted\n"
    assert store.all() == (ONE,)
    assert run("history", "delete", "--all").code == 0
    assert store.all() == ()


def test_what_is_exported_names_nobody(store: Receipts) -> None:
    done = run("history", "export")
    assert [row["model"] for row in done.rows()] == ["Qwen/Qwen3-8B", "local"]
    assert "secret" not in done.out
    assert {row["begun"] for row in done.rows()} == {"2026-11", "2026-12"}


@pytest.fixture
def other() -> Iterator[subprocess.Popen[bytes]]:
    """A run that nobody watches yet."""
    process = subprocess.Popen([sys.executable, str(STANDIN), "waits", str(PRESET)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    yield process
    process.send_signal(signal.SIGUSR2)
    process.communicate()


def watching(*arguments: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "wizard", "watch", *arguments, "--gpu", "rtx-4090"]
    return subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )


def test_a_run_that_was_started_otherwise_is_watched_to_its_end(other: subprocess.Popen[bytes], tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    rows = [f"{step}%|#| {step}/100 [00:01<00:02,  1.00s/it]\n{{'loss': '1', 'memory/max_active (GiB)': '10',"
            " 'memory/max_allocated (GiB)': '11', 'memory/device_reserved (GiB)': '12'}\n"
            for step in range(1, 9)]  # fmt: skip
    log.write_text("Loading model\nStarting trainer...\n" + "".join(rows), encoding="utf-8")
    process = watching(str(other.pid), "--log", str(log))
    assert process.stderr is not None
    first = process.stderr.readline()
    while "needs" not in first:
        first = process.stderr.readline()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    until(lambda: children.read_text(encoding="utf-8").strip())  # it asks NVML: it is at its work
    other.send_signal(signal.SIGUSR2)
    _, err = process.communicate()
    assert process.returncode == 0
    assert "PyTorch had 11.0 GiB allocated at the most" in err
    (row,) = receipts()
    assert (row["exit_code"], row["steps"], row["machine"]) == (None, 8, "RTX 4090")
    assert "step" in {one["name"] for one in row["phases"]}


def test_ctrl_c_ends_the_watching_alone(other: subprocess.Popen[bytes]) -> None:
    process = watching(str(other.pid))
    assert process.stderr is not None
    while "needs" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 130
    assert other.poll() is None


def test_no_such_process() -> None:
    assert "there is no process" in run("watch", str(2**22 + 1)).refusal()


def test_a_config_that_is_not_known_is_asked_for() -> None:
    process = subprocess.Popen([sys.executable, str(STANDIN), "sleeps"])
    watcher = watching(str(process.pid))
    assert watcher.stderr is not None
    while "--config" not in watcher.stderr.readline():
        pass
    process.kill()
    process.wait()
    watcher.communicate()
    assert watcher.returncode == 0
    assert not Receipts().path.exists()


def test_a_hostile_row_breaks_nothing(store: Receipts) -> None:
    with store.path.open("a", encoding="utf-8") as target:
        target.write("\x1b[2J\n" + json.dumps({"begun": "\x1b]0;x\x07"}) + "\n" + "[" * 3000 + "\n")
    store.add(replace(ONE, model="\x1b[31mred", like=Like("0.21", None, "\x1b[2J", "m", "l")))
    for command in (("history",), ("history", "show", "--json"), ("history", "export")):
        done = run(*command)
        assert done.code == 0
        assert "\x1b" not in done.out
