"""`memwizard run --tui`: another face of the same run; on a terminal of its own."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.test_run import PRESET, ROOT, STANDIN, alive, done, receipts, words
from tests.ui.pty_terminal import Terminal, environment
from wizard.world.keeper import marked

Begin = Callable[..., Terminal]
_READY = re.compile(r"ready (\d+) (\d+) (\d+) True False")
"""What it prints to looks like a terminal; it reads nothing, since the keys are the screen's."""


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    begun: list[Terminal] = []

    def one(way: str, *options: str, size: tuple[int, int] = (100, 30), **given: str) -> Terminal:
        places = {"HOME": os.environ["HOME"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
        made = [*words(way, *options), "--tui"]
        begun.append(Terminal(made, tmp_path, {**environment(tmp_path), **places, **given}, size))
        return begun[-1]

    yield one
    for terminal in begun:
        terminal.close()


def ready(terminal: Terminal) -> list[int]:
    found: list[str] = []

    def seen() -> bool:
        found[:] = [number for one in _READY.findall(terminal.display()) for number in one]
        return bool(found)

    terminal.wait(seen, "the stand-in")
    return [int(one) for one in found]


def after(terminal: Terminal) -> str:
    """What stands on the terminal's own screen once the full one is left."""
    raw = terminal.sent.rpartition(b"\x1b[?1049l")[2].decode(errors="replace")
    return re.sub(r"\x1b\[[0-9;?<>]*[A-Za-z]", "", raw).replace("\r\n", "\n")


def kept(home: Path) -> list[Path]:
    """The files in which what a run printed is kept."""
    return [*(home / "state" / "memwizard" / "output").glob("*")]


@pytest.mark.parametrize(("way", "code"), [("trains", 0), ("fails", 7), ("runs_out", 1)])
def test_figures_the_verdict_the_whole_output_and_the_exit_code(
    begin: Begin, tmp_path: Path, way: str, code: int
) -> None:
    terminal = begin(way)
    shown = terminal.shows(f"it ended with exit code {code} ", "q leave", "it is over")
    assert re.search(r"GiB +now +peak +likely +high +of", shown)
    assert re.search(r"GPU +- +- +\d+\.\d +\d+\.\d +24\.0", shown)
    assert receipts()[-1]["exit_code"] == code  # kept before a key is pressed
    terminal.press("q")
    assert terminal.left() == code
    plain = done(way)
    assert plain[0] == code
    text = after(terminal)
    assert plain[1].decode().splitlines()[0] in text
    assert [line for line in plain[1].decode().splitlines() if line not in text] == []
    assert f"memwizard: it ended with exit code {code}\n" in text
    assert ("out of GPU memory" in text) == (way == "runs_out")
    tui, other = receipts()
    assert {key: tui[key] for key in ("digest", "steps", "allocated_bytes", "cause") if key in tui} == {
        key: other[key] for key in ("digest", "steps", "allocated_bytes", "cause") if key in other
    }
    assert not [*kept(tmp_path)]


def test_ctrl_c_reaches_it_and_the_second_too(begin: Begin) -> None:
    terminal = begin("waits")
    pids = ready(terminal)
    terminal.press("C-c")
    terminal.shows("heard SIGINT", "asked to stop, as by Ctrl+C")
    terminal.press("C-c")
    terminal.shows("asked 2 times")
    os.kill(pids[0], signal.SIGUSR2)
    terminal.shows("it ended with exit code 5")
    terminal.press("C-c")
    assert terminal.left() == 5
    assert after(terminal).count("heard SIGINT") == 2
    assert [pid for pid in pids if alive(pid)] == []


def test_q_asks_first_and_another_key_takes_it_back(begin: Begin) -> None:
    terminal = begin("waits")
    pids = ready(terminal)
    terminal.press("q")
    terminal.shows("q again: yes")
    terminal.press("x")
    terminal.wait(lambda: "q again" not in terminal.display(), "the question to go")
    terminal.press("q")
    terminal.shows("q again: yes")
    assert "heard" not in terminal.display()
    terminal.press("q")
    terminal.shows("heard SIGINT")
    os.kill(pids[0], signal.SIGUSR2)
    terminal.shows("it ended with exit code 5")


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGHUP, signal.SIGINT])
def test_signals_reach_it(begin: Begin, number: signal.Signals) -> None:
    terminal = begin("waits")
    ready(terminal)
    os.kill(terminal.pid, number)
    terminal.shows(f"heard {number.name}")
    os.kill(terminal.pid, signal.SIGUSR2)
    terminal.shows("it ended with exit code 5")
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.left() == 5


def test_a_polite_kill_ends_it(begin: Begin) -> None:
    terminal = begin("waits")
    ready(terminal)
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.shows("it ended with exit code 143")
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.left() == 143


def test_a_killed_run_is_told(begin: Begin) -> None:
    terminal = begin("waits")
    first, _, apart = ready(terminal)
    os.kill(first, signal.SIGKILL)
    terminal.shows("it ended with exit code 137")
    assert not alive(apart)
    terminal.press("Enter")
    assert terminal.left() == 137
    assert "host memory" in after(terminal)


def test_a_killed_memwizard_leaves_nothing_but_what_was_printed(begin: Begin, tmp_path: Path) -> None:
    terminal = begin("waits")
    first, _, _ = ready(terminal)
    mark = dict(one.split("=", 1) for one in Path(f"/proc/{first}/environ").read_text().split("\0") if "=" in one)[
        "MEMWIZARD_RUN"
    ]
    os.kill(terminal.pid, signal.SIGKILL)
    os.kill(first, signal.SIGUSR2)
    end = time.monotonic() + 60
    while marked(mark):
        assert time.monotonic() < end
        time.sleep(0.05)
    (log,) = kept(tmp_path)
    assert log.stat().st_mode & 0o777 == 0o600
    assert log.read_text(encoding="utf-8").startswith("ready ")


def test_a_terminal_that_is_closed_ends_the_run_and_its_receipt_is_kept(begin: Begin, tmp_path: Path) -> None:
    launch = "bash -c 'echo begun; sleep 100'"
    terminal = begin("", "--launch", launch)
    terminal.shows("begun")
    terminal.hang_up()
    assert terminal.process.wait(60) == 128 + signal.SIGHUP
    assert receipts()[-1]["exit_code"] == 128 + signal.SIGHUP
    (log,) = kept(tmp_path)
    assert log.read_text(encoding="utf-8").startswith("begun")


def test_a_leak_is_told_on_the_screen_and_afterwards(begin: Begin) -> None:
    terminal = begin("leaks")
    terminal.shows("it is over", "! memory of the GPU grows by", "it ended with exit code 1", "PyTorch 22.9 22.9")
    terminal.press("q")
    assert terminal.left() == 1
    text = after(terminal)
    assert re.search(r"memwizard: memory of the GPU grows by .* step \d+ of 600 will be the last", text)
    assert "out of GPU memory: a leak" in text


def test_s_ends_it_after_a_checkpoint(begin: Begin) -> None:
    terminal = begin("saves")
    terminal.shows("Saving model checkpoint")  # nothing stops it there
    terminal.press("s")
    terminal.shows(
        "it is over", "it ended with exit code 0", "! the checkpoint is saved: the run is stopped, as was asked"
    )
    terminal.press("q")
    assert terminal.left() == 0
    assert "memwizard: the checkpoint is saved: the run is stopped, as was asked\n" in after(terminal)


def test_ctrl_z_stops_both_and_fg_goes_on_with_both(begin: Begin) -> None:
    terminal = begin("waits")
    first, _, _ = ready(terminal)

    def state(pid: int) -> str:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]

    terminal.press("\x1a")
    terminal.wait(lambda: state(first) == "T" and state(terminal.pid) == "T", "both to stop")
    os.kill(terminal.pid, signal.SIGCONT)
    terminal.wait(lambda: state(first) != "T", "it to go on")
    terminal.press("C-c")
    terminal.shows("heard SIGINT")
    os.kill(first, signal.SIGUSR2)
    terminal.shows("it ended with exit code 5")


def test_another_size_reaches_the_run_and_nothing_steers_the_terminal(begin: Begin) -> None:
    code = (
        "import os,time\n"
        "while True: print('\\x1b]0;bad\\x07ding\\x07', os.get_terminal_size(1).columns, flush=True); time.sleep(.2)"
    )
    terminal = begin("", "--launch", f"'{sys.executable}' -c \"{code}\"")
    terminal.shows("ding\\u0007 100 ")
    assert b"\x1b]0;bad" not in terminal.sent
    terminal.resize(80, 24)
    terminal.shows("GiB now", "ding\\u0007 80 ")
    terminal.press("C-c", "C-c")
    terminal.shows("it is over", "it ended with exit code 130")
    terminal.press("q")
    assert terminal.left() == 130
    assert b"\x1b]0;bad\x07ding\x07 80" in terminal.sent.rpartition(b"\x1b[?1049l")[2]  # as it is, as without a screen


@pytest.mark.parametrize(
    ("given", "size", "why"),
    [({"TERM": "dumb"}, (100, 30), "TERM is dumb"), ({}, (50, 10), "the terminal is 50x10, and it needs 60x16")],
)
def test_without_room_it_goes_on_in_the_plain_form(
    begin: Begin, given: dict[str, str], size: tuple[int, int], why: str
) -> None:
    terminal = begin("trains", size=size, **given)
    assert terminal.left() == 0
    text = terminal.sent.decode().replace("\r\n", "\n")
    assert f"no full screen (--tui): {why}" in text
    assert "Training completed!" in text
    assert "\x1b[?1049h" not in text


def test_without_a_terminal_it_goes_on_in_the_plain_form() -> None:
    code, out, err = done("trains", "--tui")
    assert (code, b"Training completed!" in out) == (0, True)
    assert "no full screen (--tui): it needs a terminal on stdin and stderr; on in the plain form" in err


def test_stdout_that_is_a_file_gets_all_of_it(begin: Begin, tmp_path: Path) -> None:
    inner = " ".join(f"'{one}'" if "'" not in one else f'"{one}"' for one in [*words("trains"), "--tui"])
    places = {"HOME": os.environ["HOME"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    terminal = Terminal(["sh", "-c", f"{inner} >out"], tmp_path, {**environment(tmp_path), **places}, (100, 30))
    try:
        terminal.shows("it is over", "it ended with exit code 0", "Training completed!")
        terminal.press("q")
        assert terminal.left() == 0
    finally:
        terminal.close()
    bare = subprocess.run([sys.executable, STANDIN, "trains"], capture_output=True, check=True).stdout
    assert (tmp_path / "out").read_bytes() == bare
    assert b"4/4" in terminal.sent.rpartition(b"\x1b[?1049l")[2]  # its stderr


def test_a_defect_of_the_screen_does_not_end_the_run(begin: Begin, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nif 'run' in sys.argv:\n"
        "    import wizard.ui.widgets.held_table as table\n"
        "    def wrong(*_): raise ValueError('a defect')\n"
        "    table.table = wrong\n",
        encoding="utf-8",
    )
    terminal = begin("waits", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    terminal.until(b"the run goes on in the plain form")
    first = int(re.findall(rb"ready (\d+)", terminal.until(b"ready "))[-1])
    os.kill(first, signal.SIGUSR2)
    assert terminal.left() == 5
    assert PRESET.exists()
    assert b"it ended with exit code 5" in terminal.sent


def test_a_full_disk_does_not_end_the_run(begin: Begin, tmp_path: Path) -> None:
    code = "for number in range(2000): print(number, 'x' * 20)\nprint('to its end')"
    (tmp_path / "long.py").write_text(code, encoding="utf-8")
    launch = f'sh -c \'ulimit -f 16; exec "{sys.executable}" "{tmp_path}/long.py"\''
    limited = ["sh", "-c", 'ulimit -f 16; exec "$@"', "sh", *words("", "--launch", launch), "--tui"]
    places = {"HOME": os.environ["HOME"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    terminal = Terminal(limited, tmp_path, {**environment(tmp_path), **places}, (100, 30))
    try:
        terminal.shows("it is over", "it ended with exit code 0", "to its end", "! the disk is full")
        terminal.press("q")
        assert terminal.left() == 0
    finally:
        terminal.close()
    assert "memwizard: not all that it printed was kept: the disk was full\n" in after(terminal)
    assert kept(tmp_path) == []


def test_watch_shows_a_run_that_was_started_otherwise(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    with log.open("wb") as target:
        run = subprocess.Popen([sys.executable, STANDIN, "waits"], stdout=target, stderr=target)
    places = {"HOME": os.environ["HOME"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "wizard", "watch", str(run.pid), "--config", str(PRESET), "--gpu", "rtx-4090"]
    begun = [
        Terminal([*command, "--log", str(log), "--tui"], tmp_path, {**environment(tmp_path), **places}, (100, 30))
        for _ in range(2)
    ]
    try:
        for terminal in begun:
            shown = terminal.shows(str(run.pid), "GiB now peak likely", f"ready {run.pid}")
            assert "stop after save" not in shown
        begun[0].press("q")
        assert begun[0].left() == 130  # as Ctrl+C in the plain form
        assert run.poll() is None
        run.send_signal(signal.SIGUSR2)
        assert run.wait(60) == 5
        begun[1].shows("it has ended", "of host memory at the most")
        begun[1].press("q")
        assert begun[1].left() == 0
        assert "of host memory at the most" in after(begun[1])
    finally:
        run.kill()
        run.wait()
        for terminal in begun:
            terminal.close()


def test_nothing_is_sent_while_nothing_changes(begin: Begin) -> None:
    terminal = begin("waits")
    first, _, _ = ready(terminal)
    terminal.shows("start ", "host 0.0")
    terminal.settled()
    assert any(quiet(terminal, seconds=4) for _ in range(5))  # others may change what is free on the disk meanwhile
    os.kill(first, signal.SIGUSR2)


def quiet(terminal: Terminal, seconds: float) -> bool:
    """Whether so long nothing is sent."""
    before, end = terminal.sent, time.monotonic() + seconds
    while time.monotonic() < end:
        terminal.pause()
    return terminal.sent == before


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_behind_the_shell_it_goes_on_without_the_screen(tmp_path: Path) -> None:
    places = {"HOME": os.environ["HOME"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "PS1": "$ "}
    terminal = Terminal(["bash", "--norc", "-i"], tmp_path, {**environment(tmp_path), **places}, (100, 30))
    code = "import time\nfor number in range(9999): print('now', number, flush=True); time.sleep(.1)"
    (tmp_path / "counts.py").write_text(code, encoding="utf-8")
    made = [*words("", "--launch", f"'{sys.executable}' {tmp_path}/counts.py"), "--tui"]
    try:
        terminal.press(shlex.join(made) + "\n")
        terminal.shows("GiB now", "now 10 ")
        terminal.press("\x1a")
        terminal.shows("Stopped")
        terminal.press("bg\n")
        terminal.shows("$ bg")
        at = len(terminal.sent)
        end = time.monotonic() + 3
        while time.monotonic() < end:
            terminal.pause()
        assert b"GiB" not in terminal.sent[at:]
        (log,) = kept(tmp_path)
        size = log.stat().st_size
        terminal.wait(lambda: log.stat().st_size > size, "more output")
        terminal.press("fg\n")
        terminal.shows("GiB now peak", "now ")
        terminal.press("C-c")
        terminal.shows("it is over", "it ended with exit code")
        terminal.press("q")
        terminal.shows("memwizard: it ended with exit code", "$ ")
    finally:
        terminal.close()
