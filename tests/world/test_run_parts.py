"""What stands beside a run: its processes, its memory, its lines, what starts it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from wizard.cli.starting import command_of, environment_of, launched, library_of, overridden
from wizard.cli.statusline import whole
from wizard.domain.machine import Machine
from wizard.knowledge.allocator import ARROW, LIBRARY
from wizard.knowledge.axolotl.versions import newest
from wizard.knowledge.gpus import named_machine
from wizard.world.gauge import Gauge, GpuUse, of_run
from wizard.world.keeper import MARK
from wizard.world.library import glibc
from wizard.world.pieces import Pieces
from wizard.world.programs import beside
from wizard.world.tree import Tree

GIB = 2**30


@pytest.fixture
def family() -> Iterator[subprocess.Popen[bytes]]:
    """A process with the mark, whose child has a session of its own and holds 50 MiB."""
    inner = "import time; held = bytearray(b'x' * (50 << 20)); print('on', flush=True); time.sleep(600)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}], start_new_session=True)"
    process = subprocess.Popen(
        [sys.executable, "-c", outer], env={**os.environ, MARK: "mine"}, stdout=subprocess.PIPE
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    yield process
    for pid in Tree(mark="mine").pids():
        os.kill(pid, 9)
    process.communicate()


def test_all_that_came_of_a_run_belongs_to_it(family: subprocess.Popen[bytes]) -> None:
    marked, named = Tree(mark="mine"), Tree(pid=family.pid)
    assert marked.pids() == named.pids()
    assert len(marked.pids()) == 2
    assert 50 << 20 < marked.held(marked.pids()) < 90 << 20
    assert Tree(mark="min").pids() == frozenset()
    family.kill()
    family.wait()
    (left,) = named.pids()  # seen before, whoever its parent is now
    assert marked.pids() == {left}
    assert Tree(pid=family.pid).pids() == frozenset()


def test_what_forked_processes_share_is_held_once() -> None:
    """As the workers that read the data share all that was imported before them; what one writes is its own."""
    inner = (
        "import os, time; held = bytearray(b'x' * (64 << 20)); os.fork(); os.fork()\n"
        "own = bytearray(b'y' * (8 << 20)); print('on', flush=True); time.sleep(600)"
    )
    process = subprocess.Popen([sys.executable, "-c", inner], stdout=subprocess.PIPE)
    assert process.stdout is not None
    tree = Tree(pid=process.pid)
    try:
        for _ in range(4):
            process.stdout.readline()
        assert len(tree.pids()) == 4
        assert (64 + 4 * 8) << 20 < tree.held(tree.pids()) < (64 + 4 * 8 + 48) << 20
    finally:
        for pid in tree.pids():
            os.kill(pid, 9)
        process.communicate()


def test_where_the_kernel_tells_no_shares_its_plain_figures_count(tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "status").write_text("Name:\tx\nRssAnon:\t 100 kB\nRssFile:\t 50 kB\nRssShmem:\t 20 kB\n")
    tree = Tree(pid=7, root=tmp_path)
    assert tree.held(frozenset({7, 8})) == 120 * 1024
    rollup = "Rss: 170 kB\nPss: 90 kB\nPss_Anon: 40 kB\nPss_Shmem: 10 kB\nAnonymous: 60 kB\n"
    (tmp_path / "7" / "smaps_rollup").write_text(rollup)
    assert tree.held(frozenset({7})) == 50 * 1024


def use(holders: dict[int, int | None], used: int = 10 * GIB) -> GpuUse:
    return GpuUse(0, "GPU-1", 24 * GIB, used, holders)


def test_what_others_hold_is_not_the_runs() -> None:
    ours, other = os.getpid(), os.getppid()
    assert of_run([use({ours: 3 * GIB, other: 5 * GIB})], frozenset({ours}), {0: GIB}) == {0: 3 * GIB}
    assert of_run([use({other: 5 * GIB})], frozenset({ours}), {0: GIB}) == {}


def test_where_the_driver_does_not_say_what_came_since_counts() -> None:
    ours = os.getpid()
    assert of_run([use({ours: None})], frozenset({ours}), {0: GIB}) == {0: 9 * GIB}
    assert of_run([use({2**22 + 1: 5 * GIB})], frozenset({ours}), {0: GIB}) == {0: 9 * GIB}  # another namespace's
    assert of_run([use({2**22 + 1: 5 * GIB})], frozenset({ours}), {0: 10 * GIB}) == {}


def test_the_gauge_asks_nvml_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(Path(__file__).with_name("fake_pynvml.py"), tmp_path / "pynvml.py")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    answers = {"handle": None, "uuid": "GPU-1", "memory_v2": [24 * GIB, 7 * GIB, 17 * GIB], "graphics": []}
    said = {
        "": {"count": 2, "init": None},
        "0": {**answers, "compute": [[os.getpid(), 6 * GIB]]},
        "1": {"handle": {"error": 15}},
    }
    monkeypatch.setenv("FAKE_NVML", json.dumps(said))
    gauge = Gauge(0.05)
    while not (uses := gauge.latest()):
        time.sleep(0.02)
    gauge.close()
    assert uses == (GpuUse(0, "GPU-1", 24 * GIB, 7 * GIB, {os.getpid(): 6 * GIB}),)
    assert of_run(uses, frozenset({os.getpid()}), {}) == {0: 6 * GIB}


@pytest.mark.parametrize("code", ["print('nonsense')", "print('{\"sample\": [1]}')", "raise SystemExit(1)"])
def test_a_gauge_that_fails_tells_nothing(code: str) -> None:
    gauge = Gauge(0.05, [sys.executable, "-c", code])
    assert gauge._process is not None
    gauge._process.wait()
    gauge.close()
    assert gauge.latest() == ()


def test_lines_come_out_whole_however_they_came() -> None:
    raw = "one\r\ntwo\r 50%|█\r100%|█\nthree".encode()
    wanted = [(1, "one"), (2, "two"), (2, " 50%|█"), (2, "100%|█")]
    for size in (1, 2, 3, 7, 100):
        pieces = Pieces()
        found = [each for at in range(0, len(raw), size) for each in pieces.take(raw[at : at + size])]
        assert [one for one in found if one[1]] == wanted
        assert pieces.rest() == "three"


def test_a_line_without_an_end_takes_no_more_memory() -> None:
    pieces = Pieces()
    for _ in range(1000):
        assert list(pieces.take(b"x" * 4096)) == []
    assert len(pieces.rest()) <= 1 << 15


@pytest.mark.parametrize(
    ("tail", "is_whole"),
    [(b"", True), (b"abc", True), ("é".encode(), True), ("é".encode()[:1], False), ("█".encode()[:2], False),
     ("█".encode(), True), (b"x\x1b", False), (b"x\x1b[", False), (b"x\x1b[3", False), (b"x\x1b[31m", True)],
)  # fmt: skip
def test_nothing_is_drawn_into_the_middle_of_a_sequence(tail: bytes, is_whole: bool) -> None:
    assert whole(tail) is is_whole


def test_the_command() -> None:
    made = command_of("my.yml", "bash -c 'train {config}'", ["--x"], {})
    assert made == ["bash", "-c", "train my.yml", "--x"]


def installed(folder: Path, **versions: str) -> str:
    packages = folder / "lib" / "python3.12" / "site-packages"
    for name, version in versions.items():
        (packages / f"{name}-{version}.dist-info").mkdir(parents=True)
    (folder / "bin").mkdir(parents=True)
    program = folder / "bin" / "axolotl"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def test_the_axolotl_of_the_active_environment_comes_first(tmp_path: Path) -> None:
    program = installed(tmp_path, axolotl="0.20.0", torch="2.8.0")
    environment = {"VIRTUAL_ENV": str(tmp_path)}
    assert command_of("-my.yml", "torchrun", ["--", "--nproc_per_node=2"], environment) == [
        program, "train", "./-my.yml", "--launcher", "torchrun", "--", "--nproc_per_node=2"
    ]  # fmt: skip
    assert (beside(program, "axolotl"), beside(program, "torch"), beside(program, "vllm")) == ("0.20.0", "2.8.0", None)


def test_the_allocator_is_set_as_axolotl_would_and_never_over_a_persons_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = installed(tmp_path / "a", torch="2.8.0")
    made, said = environment_of(program, None, newest())
    value = "expandable_segments:True,roundup_power2_divisions:16"
    assert (made["PYTORCH_CUDA_ALLOC_CONF"], said) == (value, f"PYTORCH_CUDA_ALLOC_CONF={value}")
    assert made["PATH"].split(os.pathsep)[0] == str(tmp_path / "a" / "bin")
    newer, _ = environment_of(installed(tmp_path / "b", torch="2.13.0"), None, newest())
    assert newer["PYTORCH_ALLOC_CONF"] == "expandable_segments:True"
    monkeypatch.setenv("PYTORCH_ALLOC_CONF", "max_split_size_mb:128")
    made, said = environment_of(program, None, newest())
    assert ("PYTORCH_CUDA_ALLOC_CONF" in made, said) == (False, "")
    assert environment_of(installed(tmp_path / "c"), None, newest())[1] == ""


@pytest.mark.skipif(not glibc(), reason="another C library")
@pytest.mark.parametrize(
    ("machine", "set_by_person", "is_set", "said"),
    [(Machine(), {}, True, "are set for the run"), (None, {}, False, None),
     (named_machine("rtx-4090"), {}, False, None),
     (Machine(), {"MALLOC_MMAP_THRESHOLD_": "1048576"}, False, None),
     (Machine(), {"MALLOC_ARENA_MAX": "1"}, False, "since MALLOC_ARENA_MAX is set"),
     (Machine(), {"LD_PRELOAD": "/usr/lib/libjemalloc.so.2"}, False, "since LD_PRELOAD is set"),
     (Machine(), {"GLIBC_TUNABLES": "glibc.malloc.mmap_threshold=1048576"}, False, "since GLIBC_TUNABLES is set"),
     (Machine(), {"GLIBC_TUNABLES": "glibc.rtld.nns=4", "LD_PRELOAD": ""}, True, "are set for the run"),
     (Machine(), {"ARROW_DEFAULT_MEMORY_POOL": "mimalloc"}, True, "is set for the run")],
)  # fmt: skip
def test_on_a_cpu_the_c_library_gives_back_what_is_freed_and_never_over_a_persons_own(
    machine: Machine | None, set_by_person: dict[str, str], is_set: bool, said: str | None
) -> None:
    added, told = library_of({"PATH": "/bin", **set_by_person}, machine)
    ours = dict(one for one in (LIBRARY, ARROW) if one[0] not in set_by_person)
    assert added == (ours if is_set else {})
    assert all(f"{name}={value}" in told for name, value in added.items())
    assert (said in told) if said else not told


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_name: str) -> str:
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr(os, "confstr", unknown)
    assert library_of({}, Machine()) == ({}, "")


@pytest.mark.parametrize(
    ("command", "beside_it"),
    [("/v/bin/axolotl train my.yml", True), ("axolotl train my.yml --launcher accelerate", True),
     ("axolotl train my.yml --launcher python", False), ("axolotl train my.yml --launcher=torchrun", False),
     ("accelerate launch -m axolotl.cli.train my.yml", True), ("python -m axolotl.cli.train my.yml", False)],
)  # fmt: skip
def test_what_stands_beside_a_run(command: str, beside_it: bool) -> None:
    assert launched(command.split()) is beside_it


def test_options_change_the_plan_that_is_checked() -> None:
    options = ["--micro-batch-size", "4", "--sequence-len=512", "--no-sample-packing", "--flash-attention", "--debug",
               "--", "--micro_batch_size=9"]  # fmt: skip
    found = overridden(options, newest())
    assert {name: found[name] for name in ("micro_batch_size", "sequence_len", "sample_packing")} == {
        "micro_batch_size": 4, "sequence_len": 512, "sample_packing": False
    }  # fmt: skip
