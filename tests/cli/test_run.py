"""`memwizard run`: what it starts passes through as it is, nothing is left of it, and a receipt is kept."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyte
import pytest
import yaml

from tests.cli.command import run
from wizard.world.keeper import marked

ROOT = Path(__file__).parents[2]
STANDIN = Path(__file__).with_name("standin.py")
PRESET = ROOT / "presets" / "qlora-24gb.yml"


def words(way: str, *options: str, gpu: str = "rtx-4090") -> list[str]:
    launch = f"'{sys.executable}' '{STANDIN}' {way} {{config}}"
    return [sys.executable, "-m", "wizard", "run", str(PRESET), "--gpu", gpu, "--launch", launch, *options]


def started(way: str, *options: str, gpu: str = "rtx-4090", **given: Any) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(words(way, *options, gpu=gpu), env=environment, **{**pipes, **given})


def done(way: str, *options: str, stdin: bytes | None = None, gpu: str = "rtx-4090") -> tuple[int, bytes, str]:
    process = started(way, *options, gpu=gpu, stdin=subprocess.PIPE)
    out, err = process.communicate(stdin)
    return process.returncode, out, err.decode(errors="replace")


def until(true: Callable[[], object]) -> None:
    while not true():  # the test's own time limit ends it
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def ready(process: subprocess.Popen[bytes]) -> list[int]:
    """The pids of the stand-in that waits: its own, the keeper's, that of its child."""
    assert process.stdout is not None
    line = process.stdout.readline().split()
    assert line[0] == b"ready"
    return [int(one) for one in line[1:4]]


def receipts() -> list[dict[str, Any]]:
    path = Path.home() / ".local" / "share" / "memwizard" / "history.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_bytes_pass_through_as_they_are() -> None:
    code, out, err = done("echoes", stdin=b"typed \xff\n")
    assert (code, out) == (0, b"\x00\xff\x1b[1mtyped \xff\n")
    assert "\ufffd no newline" in err


@pytest.mark.parametrize(("way", "code"), [("trains", 0), ("fails", 7), ("runs_out", 1)])
def test_the_exit_code_is_its_own(way: str, code: int) -> None:
    assert done(way)[0] == code
    (row,) = receipts()
    assert row["exit_code"] == code


def test_errors_are_refused_and_force_starts_it() -> None:
    code, out, err = done("trains", gpu="8GiB")
    assert (code, out) == (1, b"")
    assert "MW901 error" in err
    assert "not started: 1 error" in err
    assert not (Path.home() / ".local" / "share" / "memwizard" / "history.jsonl").exists()
    assert done("trains", "--force", gpu="8GiB")[0] == 0


def test_what_is_needed_and_measured_is_said() -> None:
    _, _, err = done("trains")
    assert re.search(r"needs \d+\.\d GiB of GPU memory .*23\.5 GiB of 24\.0 GiB are free: it fits", err)
    assert re.search(r"PyTorch had 10\.0 GiB allocated at the most; \d+\.\d GiB were forecast \([+-]\d+\.\d%\)", err)


def test_the_doctor_speaks_of_a_death() -> None:
    _, _, err = done("runs_out")
    assert "out of GPU memory" in err
    assert "What would have prevented it" in err


def test_a_receipt_has_what_it_needed_and_no_secret() -> None:
    done("trains", "--", "--wandb-project", "x")
    (row,) = receipts()
    assert (row["allocated_bytes"], row["steps"], row["machine"]) == (10 * 2**30, 4, "RTX 4090")
    assert [one["name"] for one in row["phases"]][-1] == "save"
    path = Path.home() / ".local" / "share" / "memwizard" / "history.jsonl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    done("trains")
    assert len({one["digest"] for one in receipts()}) == 1
    done("trains", "--", "--micro-batch-size=2")
    assert len({one["digest"] for one in receipts()}) == 2


@pytest.mark.parametrize(
    ("number", "heard"),
    [(signal.SIGINT, b"heard SIGINT\n"), (signal.SIGUSR1, b"heard SIGUSR1\n"), (signal.SIGHUP, b"heard SIGHUP\n")],
)
def test_signals_reach_it_once(number: signal.Signals, heard: bytes) -> None:
    process = started("waits")
    first, _, _ = ready(process)
    process.send_signal(number)
    assert process.stdout is not None
    assert process.stdout.readline() == heard
    process.send_signal(signal.SIGUSR2)
    rest, _ = process.communicate()
    assert (process.returncode, rest) == (5, b"")
    assert not alive(first)


def test_sigterm_ends_it_and_all_that_is_left_of_it() -> None:
    process = started("waits")
    pids = ready(process)
    process.terminate()
    process.communicate()
    assert process.returncode == 143
    assert [pid for pid in pids if alive(pid)] == []


def test_a_killed_memwizard_leaves_nothing(tmp_path: Path) -> None:
    process = started("sleeps")
    found: list[int] = []
    mark = ""

    def begun() -> bool:
        nonlocal mark
        for keeper in _children(process.pid):
            text = _environ(keeper)
            if "MEMWIZARD_RUN" in text:
                mark = text["MEMWIZARD_RUN"]
                found[:] = marked(mark)
        return len(found) == 2

    until(begun)
    process.kill()
    process.communicate()
    until(lambda: marked(mark) == [])


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _environ(pid: int) -> dict[str, str]:
    try:
        raw = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
    except OSError:
        return {}
    return dict(one.split("=", 1) for one in raw.split("\0") if "=" in one)


def test_a_killed_keeper_leaves_nothing() -> None:
    process = started("waits")
    first, keeper, apart = ready(process)
    os.kill(keeper, signal.SIGKILL)
    process.communicate()
    assert process.returncode == 137
    assert [pid for pid in (first, apart) if alive(pid)] == []


def test_a_killed_run_is_told() -> None:
    process = started("waits")
    first, _, apart = ready(process)
    os.kill(first, signal.SIGKILL)
    _, err = process.communicate()
    assert process.returncode == 137
    assert not alive(apart)
    assert b"host memory" in err


def test_a_reader_that_goes_away_is_seen_by_the_run() -> None:
    process = started("pours")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    process.communicate()
    assert process.returncode != 0


def test_what_can_not_be_started_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "there is no `axolotl` here" in run("run", PRESET).refusal()
    assert "sbatch" in run("run", PRESET, "--launch", "slurm").refusal()
    assert "no command" in run("run", PRESET, "--launch", "'open").refusal()
    assert "into one" in run("run", "-").refusal()
    gone = run("run", PRESET, "--gpu", "rtx-4090", "--launch", "/no/such/program")
    assert (gone.code, "/no/such/program" in gone.err) == (2, True)


def test_streams_that_are_closed_lead_nowhere() -> None:
    launch = " ".join(f"'{word}'" for word in words("fails"))
    process = subprocess.run(["sh", "-c", f"exec {launch} 2>&- <&-"], capture_output=True, cwd=ROOT, check=False)
    assert process.returncode == 7
    assert b"Training completed!" in process.stdout


NVML = """
import glob
from types import SimpleNamespace
class NVMLError(Exception): value = 3
class NVMLLibraryMismatchError(Exception): pass
def nvmlInit(): pass
def nvmlDeviceGetCount(): return 2
def nvmlDeviceGetHandleByIndex(index): return index
def nvmlDeviceGetUUID(index): return f"GPU-{index}"
def nvmlDeviceGetMemoryInfo(index, version=None): return SimpleNamespace(total=24 << 30, used=9 << 30, free=15 << 30)
def nvmlDeviceGetComputeRunningProcesses(index):
    found = [SimpleNamespace(pid=1, usedGpuMemory=5 << 30)]
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            words = open(path, "rb").read().split(bytes(1))
        except OSError:
            continue
        if len(words) > 2 and words[1].endswith(b"standin.py") and words[2] == b"waits":
            found.append(SimpleNamespace(pid=int(path.split("/")[2]), usedGpuMemory=(3 + index) << 30))
    return found
def nvmlDeviceGetGraphicsRunningProcesses(index): return []
"""
"""A driver for which the stand-in holds 3 and 4 GiB of two GPUs, and another process 5 of each."""


class Screen:
    """A run in a terminal of its own, as a person would have it."""

    def __init__(self, way: str, command: list[str] | None = None, first: str = "") -> None:
        self.text = b""
        made = command or words(way)
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.environ.update(PYTHONPATH=f"{first}{os.pathsep}{ROOT}", TERM="xterm")
            os.execv(sys.executable, made)

    def until(self, wanted: bytes) -> bytes:
        while wanted not in self.text:
            self.text += os.read(self.master, 4096)
        return self.text

    def types(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def ends(self) -> int:
        try:
            while piece := os.read(self.master, 4096):
                self.text += piece
        except OSError:  # the other side is closed
            pass
        os.close(self.master)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def test_in_a_terminal_it_sees_one_and_keys_reach_it() -> None:
    screen = Screen("asks")
    screen.until(b"name? ")
    screen.types(b"ann\n")
    screen.until(b"hello ann (")
    assert screen.ends() == 0


def test_ctrl_c_reaches_it_once_and_not_memwizard() -> None:
    screen = Screen("waits")
    text = screen.until(b"True True")
    pids = [int(one) for one in re.findall(rb"ready (\d+) (\d+) (\d+) True True", text)[0]]
    screen.types(b"\x03")
    screen.until(b"heard SIGINT")
    os.kill(screen.pid, signal.SIGUSR2)
    assert screen.ends() == 5
    assert screen.text.count(b"heard SIGINT") == 1
    assert [pid for pid in pids if alive(pid)] == []


def test_a_terminal_that_is_closed_ends_the_run_and_its_receipt_is_kept() -> None:
    screen = Screen(
        "",
        [
            sys.executable,
            "-m",
            "wizard",
            "run",
            str(PRESET),
            "--gpu",
            "rtx-4090",
            "--launch",
            "bash -c 'echo begun; sleep 100'",
        ],
    )
    screen.until(b"begun")
    os.close(screen.master)
    assert os.waitstatus_to_exitcode(os.waitpid(screen.pid, 0)[1]) == 128 + signal.SIGHUP
    assert receipts()[-1]["exit_code"] == 128 + signal.SIGHUP


def test_the_line_below_is_drawn_and_taken_away() -> None:
    screen = Screen("waits")
    screen.until(b"host 0.0 GiB")
    assert re.search(rb"\x1bD\x1b\[A\x1b7\x1b\[B\r\x1b\[2Kmemwizard: start", screen.text)
    os.kill(screen.pid, signal.SIGUSR2)
    assert screen.ends() == 5
    (row,) = receipts()
    assert max(one["host_bytes"] for one in row["phases"]) > 2**20
    after = screen.text.rpartition(b"host 0.0 GiB")[2]
    assert after.startswith(b"\x1b8\x1b7\x1b[B\r\x1b[2K\x1b8")


def test_ctrl_z_stops_both_and_a_shell_goes_on_with_both() -> None:
    screen = Screen("waits")
    pids = [int(one) for one in re.findall(rb"ready (\d+)", screen.until(b"True True"))]
    screen.types(b"\x1a")
    _, status = os.waitpid(screen.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)

    def state() -> str:
        return Path(f"/proc/{pids[0]}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]

    until(lambda: state() == "T")  # a signal to a group reaches each of its processes in its own time
    os.kill(screen.pid, signal.SIGCONT)
    until(lambda: state() != "T")
    os.kill(screen.pid, signal.SIGUSR2)
    assert screen.ends() == 5


def test_a_leak_is_told_long_before_its_end() -> None:
    code, out, err = done("leaks")
    assert code == 1
    last = out.count(b"'loss'")
    told = re.findall(
        r"grows by (\d+\.\d) MiB a step: .* step (\d+) of 600 will be the last .seen after step (\d+)", err
    )
    slope, forecast, seen = (float(one) for one in told[0])
    assert slope == pytest.approx(40, rel=0.05)
    assert seen <= last / 3
    assert forecast == pytest.approx(last, rel=0.1)
    assert "the limit is near" in err
    assert "out of GPU memory: a leak" in err


def test_it_can_be_stopped_after_a_save() -> None:
    code, out, err = done("leaks", "--stop-after-save")
    (seen,) = re.findall(r"seen after step (\d+)", err)
    assert (code, out.count(b"Saving model checkpoint")) == (
        0,
        (int(seen) - 1) // 100 + 1,
    )  # the next one
    assert "the run is stopped" in err


def test_smoke_says_yes_with_figures_and_leaves_nothing(here: Path) -> None:
    code, _, err = done("smokes", "--smoke")
    assert code == 0
    assert "yes: 3 steps with full rows, an evaluation and a save went through; " in err
    assert "0.3 GiB on disk" in err
    assert [path.name for path in here.iterdir()] == ["seen.yml"]
    seen, own = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (here / "seen.yml", PRESET))
    assert (seen["max_steps"], seen["pad_to_sequence_len"], seen["eval_steps"], seen["save_steps"]) == (3, True, 2, 2)
    kept = ("base_model", "adapter", "sequence_len", "micro_batch_size", "gradient_accumulation_steps", "datasets")
    assert {key: seen[key] for key in kept} == {key: own[key] for key in kept}
    assert not {"evals_per_epoch", "saves_per_epoch", "wandb_project", "hub_model_id"} & seen.keys()


def test_smoke_says_no_and_why(monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    monkeypatch.setenv("DIES_AT", "2")
    code, _, err = done("smokes", "--smoke")
    assert code == 1
    assert "no: it ended with exit code 1, after 1 of 3 steps" in err
    assert "out of GPU memory" in err
    assert [*here.iterdir()] == []


def test_smoke_does_not_say_yes_to_what_was_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_EVALUATION", "1")
    code, _, err = done("smokes", "--smoke")
    assert (code, "not shown: 3 of 3 steps, without evaluation" in err) == (1, True)


def _shown(raw: bytes) -> list[str]:
    """All lines that a terminal of 24 rows showed, those that scrolled away too."""
    screen = pyte.HistoryScreen(80, 24, history=1000)
    pyte.ByteStream(screen).feed(raw)
    above = ["".join(line[column].data for column in range(80)).rstrip() for line in screen.history.top]
    return [line for line in [*above, *(line.rstrip() for line in screen.display)] if line]


def test_the_line_below_disturbs_nothing_of_a_log() -> None:
    bare, watched = Screen("", [sys.executable, str(STANDIN), "draws"]), Screen("draws")
    assert (bare.ends(), watched.ends()) == (0, 0)
    assert watched.text.count(b"\x1bD\x1b[A\x1b7") >= 4
    ours = [line for line in _shown(watched.text) if not line.startswith(("memwizard: ", "GiB", "it fits", "are free"))]
    assert [line for line in ours if line in _shown(bare.text)] == _shown(bare.text)
    assert [line for line in _shown(watched.text) if " · " in line] == []  # each was taken away


def test_what_it_holds_of_each_gpu_is_shown_and_in_the_receipt(tmp_path: Path) -> None:
    (tmp_path / "pynvml.py").write_text(NVML, encoding="utf-8")
    screen = Screen("waits", words("waits", gpu="2xrtx-4090"), str(tmp_path))
    screen.until("GPU 0 3.0 GiB · GPU 1 4.0 GiB (of 24.0 GiB)".encode())
    os.kill(screen.pid, signal.SIGUSR2)
    assert screen.ends() == 5
    assert receipts()[0]["phases"][0]["gpu_bytes"] == 4 << 30
    assert b"held 4.0 GiB of the fullest GPU at the most" in screen.text
