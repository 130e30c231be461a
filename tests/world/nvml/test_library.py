"""The real nvidia-ml-py over a library with NVML's own interface: what it answers, refuses, and never says."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.world.nvml import library as nvml
from tests.world.nvml.library import CODES, COMPILER, GIB, WHOLE, Library, machine, slices
from wizard.domain.machine import Machine, Process
from wizard.world import gauge, probe
from wizard.world.probe import machine_of

pytestmark = pytest.mark.skipif(COMPILER is None, reason="no C compiler is installed here")
NOT_SUPPORTED, GONE = 3, (15, 16)
NO_PROCESS = 2**22 + 1
"""Above the largest pid that Linux gives."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(tmp_path_factory.mktemp("nvml"))


@pytest.fixture
def library(built: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(probe, "TIME_LIMIT", 60.0)  # only what hangs is waited for
    built.told.unlink(missing_ok=True)
    return built


def uuids(machine: Machine) -> list[str | None]:
    return [gpu.uuid for gpu in machine.gpus]


@pytest.mark.parametrize("count", [0, 1, 8, 16, 64])
def test_every_gpu_is_seen(library: Library, count: int) -> None:
    seen = library.probed(machine(count))
    assert (seen.driver, seen.cuda, uuids(seen)) == ("580.95.05", "13.0", [f"GPU-{n}" for n in range(count)])
    assert {(gpu.catalogue, gpu.compute_capability, gpu.used_bytes, gpu.free_bytes) for gpu in seen.gpus} <= {
        ("h100-80gb", (9, 0), 2 * GIB, 77 * GIB)
    }


def test_the_library_has_every_call_of_the_probe(library: Library) -> None:
    """Each is made, and found: a symbol that is missing would read as refused."""
    busy = {("0", nvml.COMPUTE): f"{NO_PROCESS}:5", ("-", f"{nvml.PROCESS}:{NO_PROCESS}"): "/bin/train --key secret"}
    seen = library.probed(machine(2, {**busy, **slices(1, 40)}))
    assert seen.gpus[0].processes == (Process(NO_PROCESS, "train", 5),)
    named = {
        node.attr.removesuffix("_v2")
        for node in ast.walk(ast.parse(Path(probe.__file__).with_name("nvml.py").read_text()))
        if isinstance(node, ast.Attribute) and node.attr.startswith(("nvmlDevice", "nvmlSystem"))
    }
    called = {one.partition(":")[0].removesuffix("_v2").removesuffix("_v3") for one in library.told.read_text().split()}
    assert called == named | {nvml.INIT}
    every = {*nvml.OF_THE_MACHINE, *nvml.OF_A_GPU, *nvml.OF_A_SLICE, nvml.PROCESS}
    assert called == {one.removesuffix("_v2").removesuffix("_v3") for one in every}


def test_slices_of_eight_gpus(library: Library) -> None:
    answers = machine(8)
    for gpu in range(8):
        answers |= slices(gpu, 40, 20, 10)
    seen = library.probed(answers)
    assert uuids(seen) == [f"MIG-{gpu}-{slot}" for gpu in range(8) for slot in range(3)]
    assert all(gpu.mig and gpu.compute_capability == (9, 0) for gpu in seen.gpus)
    assert [gpu.free_bytes for gpu in seen.gpus[:3]] == [40 * GIB, 20 * GIB, 10 * GIB]


def test_a_gpu_in_mig_mode_without_a_slice_is_none_that_cuda_can_use(library: Library) -> None:
    seen = library.probed(machine(2, slices(0)))
    assert uuids(seen) == ["GPU-1"]
    assert seen.notes == ("GPU 0: it is in MIG mode and shows no slice, so nothing can run on it",)


def test_who_holds_memory(library: Library) -> None:
    here = Path(f"/proc/{os.getpid()}/comm").read_text().strip()
    many = " ".join(f"{NO_PROCESS + n}:{n}" for n in range(100))
    seen = library.probed(machine(2, {("0", nvml.COMPUTE): f"{os.getpid()}:-", ("1", nvml.GRAPHICS): many}))
    assert seen.gpus[0].processes == (Process(os.getpid(), here, None),)
    assert [process.used_bytes for process in seen.gpus[1].processes] == list(range(100))


# --- what it refuses: every error of NVML at every call


@pytest.mark.parametrize("call", nvml.OF_THE_MACHINE)
def test_each_error_of_the_machine_is_one_sentence(library: Library, call: str) -> None:
    """One process for all of them, which starts NVML anew for each."""
    loop = (
        f"import os, sys\nsys.path.insert(0, {str(Path(probe.__file__).parent)!r})\nimport nvml\n"
        "for file in sys.argv[1:]:\n    os.environ['DRIVER_SAYS'] = file\n    nvml.main()\n    print('next')\n"
    )
    files = [library.folder / f"{call}-{code}" for code in CODES]
    for code, file in zip(CODES, files, strict=True):
        library.says(machine(1, {("-", call): f"!{code}"}), file)
    done = subprocess.run(
        [sys.executable, "-c", loop, *map(str, files)],
        env=library.environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    *said, rest = done.stdout.split("next\n")
    assert (len(said), rest, done.stderr) == (len(CODES), "", "")
    for code, lines in zip(CODES, said, strict=True):
        seen = machine_of(map(json.loads, lines.splitlines()), {})
        if call in (nvml.INIT, nvml.COUNT):
            assert (seen.gpus, seen.notes) == (
                (),
                (probe._FAILURES.get(code, f"NVML failed with code {code}"),),
            )
        else:
            assert (uuids(seen), seen.driver if call == nvml.DRIVER else seen.cuda, seen.notes) == (["GPU-0"], None, ())


EMPTY: dict[str, Any] = {
    nvml.NAME: ("name", "unknown GPU"),
    nvml.UUID: ("uuid", None),
    nvml.CAPABILITY: ("compute_capability", None),
    nvml.MEMORY: ("free_bytes", None),
    nvml.MEMORY_V2: ("used_bytes", 3 * GIB),  # the first version of the call counts what is reserved too
    nvml.COMPUTE: ("processes", ()),
    nvml.GRAPHICS: ("processes", ()),
}
"""What a GPU lacks where a call is refused."""


def refused_before(device: str, call: str) -> dict[tuple[str, str], str]:
    """The first version of a call is made where the second is refused."""
    return {(device, nvml.MEMORY_V2): "!13"} if call == nvml.MEMORY else {}


@pytest.mark.parametrize("call", nvml.OF_A_GPU)
def test_each_error_of_a_gpu_leaves_the_others(library: Library, call: str) -> None:
    """One GPU for each error, between two that answer."""
    answers = machine(len(CODES) + 2)
    for index, code in enumerate(CODES, start=1):
        if call in (nvml.SLOTS, nvml.SLOT):
            answers |= slices(index, 40)
        answers |= {(str(index), call): f"!{code}", **refused_before(str(index), call)}
    seen = library.probed(answers)
    by_uuid = {gpu.uuid: gpu for gpu in seen.gpus}
    notes = dict(note.split(": ", 1) for note in seen.notes if note.startswith("GPU "))
    assert {"GPU-0", f"GPU-{len(CODES) + 1}"} <= set(by_uuid)
    for index, code in enumerate(CODES, start=1):
        told = notes.get(f"GPU {index}")
        if code in GONE or call == nvml.HANDLE:
            assert told == probe._FAILURES.get(code, "it does not answer"), code
        elif call in (nvml.SLOTS, nvml.SLOT):
            assert told == "it is in MIG mode and shows no slice, so nothing can run on it"
        else:
            assert told is None
            gpu = by_uuid[None if call == nvml.UUID else f"GPU-{index}"]
            name, value = EMPTY.get(call, ("free_bytes", 77 * GIB))
            assert getattr(gpu, name) == value
            assert gpu.unified == (call == nvml.MEMORY and code == NOT_SUPPORTED)


@pytest.mark.parametrize("call", nvml.OF_A_SLICE)
def test_each_error_of_a_slice_leaves_the_others(library: Library, call: str) -> None:
    answers = machine(len(CODES))
    for index, code in enumerate(CODES):
        answers |= {**slices(index, 40, 20), (f"{index}/0", call): f"!{code}", **refused_before(f"{index}/0", call)}
    seen = library.probed(answers)
    lost = sum(note.startswith("GPU ") for note in seen.notes)
    assert lost == len(GONE)
    assert len(seen.gpus) == 2 * (len(CODES) - lost)
    for first, second in zip(seen.gpus[::2], seen.gpus[1::2], strict=True):
        name, value = EMPTY.get(call, ("free_bytes", 40 * GIB))
        assert getattr(first, name) == (0 if name == "used_bytes" else value)
        assert (second.name, second.free_bytes) == ("NVIDIA H100 MIG 1", 20 * GIB)


def test_a_program_whose_name_is_refused_is_unknown(library: Library) -> None:
    answers = machine(1, {("0", nvml.COMPUTE): f"{NO_PROCESS}:5"})
    for code in (3, 4, 6, 999):
        seen = library.probed({**answers, ("-", nvml.PROCESS): f"!{code}"})
        assert seen.gpus[0].processes == (Process(NO_PROCESS, None, 5),)


def test_an_older_driver_lacks_newer_calls(tmp_path: Path, library: Library) -> None:
    old = Library(tmp_path, "-DOLD")
    (gpu,) = old.probed(machine(1)).gpus
    assert (gpu.name, gpu.used_bytes, gpu.processes) == (WHOLE[nvml.NAME], 3 * GIB, ())


# --- what never answers, and what goes away


def test_a_call_that_hangs_is_left_behind(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call, at once: each costs the time that a driver has."""
    monkeypatch.setattr(probe, "TIME_LIMIT", 8.0)  # sixteen interpreters have to start in this time
    calls = [*product(["-"], nvml.OF_THE_MACHINE), *product(["1"], nvml.OF_A_GPU), *product(["1/0"], nvml.OF_A_SLICE)]

    def hung(number: int) -> Machine:
        file = library.folder / f"hangs-{number}"
        library.says(machine(3, {**slices(1, 40), calls[number]: "!hang", **refused_before(*calls[number])}), file)
        return probe.probe({}, command=library.command(file), root=library.folder)

    with ThreadPoolExecutor(len(calls)) as pool:
        for (device, call), seen in zip(calls, pool.map(hung, range(len(calls))), strict=True):
            assert seen.notes == ("the GPU driver did not answer within 5 s",), call
            assert uuids(seen) == ([] if device == "-" else ["GPU-0"]), call


def test_a_driver_that_crashes_keeps_what_it_said(library: Library) -> None:
    seen = library.probed(machine(3, {("1", nvml.UUID): "!crash"}))
    assert (uuids(seen), seen.notes) == (["GPU-0"], ("NVML failed with code 999",))


@pytest.mark.parametrize("at", range(1, 8))
def test_a_gpu_that_goes_away_between_two_calls(library: Library, at: int) -> None:
    seen = library.probed(machine(3, {("1", "*"): f"!15@{at}"}))
    assert uuids(seen) == ["GPU-0", "GPU-2"]
    assert seen.notes == ("GPU 1: a GPU has fallen off the bus; the machine needs a restart",)


def test_a_gpu_that_goes_away_between_two_looks(library: Library) -> None:
    assert len(library.probed(machine(8)).gpus) == 8
    assert uuids(library.probed(machine(8, {("5", "*"): "!15"}))) == [f"GPU-{n}" for n in range(8) if n != 5]
    assert len(library.probed(machine(7)).gpus) == 7


class Noted(gauge.Gauge):
    """A gauge that keeps every answer: who looks at the latest alone may come too late for the first."""

    def __init__(self, seconds: float, command: Sequence[str]) -> None:
        self.seen: list[list[int]] = []
        super().__init__(seconds, command)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name == "_latest" and value and (now := [one.index for one in value]) not in self.seen[-1:]:
            self.seen.append(now)


def test_a_run_is_watched_while_a_gpu_goes_away(library: Library) -> None:
    library.says(machine(2, {("1", "*"): "!15@12"}))
    watched = Noted(0.01, library.command())
    try:
        assert watched._process is not None
        while watched._process.poll() is None and len(watched.seen) < 2:
            time.sleep(0.01)
    finally:
        watched.close()
    assert watched.seen == [[0, 1], [0]]


# --- names


ODD = {
    "latin-1": (rb"NVIDIA GeForce RTX\xae 4090", "NVIDIA GeForce RTX� 4090"),
    "cut in the middle": (rb"NVIDIA \xe2\x84", "NVIDIA �"),
    "another alphabet": ("NVIDIA 英伟达".encode(), "NVIDIA 英伟达"),
    "escape": (rb"X\x1b]0;owned\x07", "X\x1b]0;owned\x07"),
    "two lines": (rb"X\x0aevil_key: 1 #", "X\nevil_key: 1 #"),
    "C1 and bidi": (rb"X\xc2\x9b31m\xe2\x80\xae", "X\x9b31m\u202e"),
    "as long as a name can be": (b"N" * 95, "N" * 95),
    "longer": (b"N" * 96, "unknown GPU"),
}


@pytest.mark.parametrize("name", ODD)
def test_a_name_in_an_odd_encoding(library: Library, name: str) -> None:
    told, shown = ODD[name]
    answers = machine(1, {("0", nvml.NAME): told.decode(), ("0", nvml.UUID): told.decode()})
    seen = library.probed(answers)
    assert seen.gpus[0].name == shown
    for option in ("--json", None):
        done = subprocess.run(
            [sys.executable, "-m", "wizard", "probe", *filter(None, [option])],
            env=library.environment(), capture_output=True, check=True,
        )  # fmt: skip
        text = done.stdout.decode()
        assert all(letter.isprintable() or letter == "\n" for letter in text)
        if option:
            assert [gpu["name"] for gpu in json.loads(text)["gpus"]] == [shown]
    assert done.stderr == b""


def test_the_command_on_sixteen_gpus(library: Library) -> None:
    library.says(machine(16, {("3", "*"): "!15", **slices(4, 40, 20)}))
    done = subprocess.run(
        [sys.executable, "-m", "wizard", "probe", "--json"], env=library.environment(), capture_output=True, check=True
    )
    row = json.loads(done.stdout)
    assert (len(row["gpus"]), done.stderr) == (16, b"")
    assert [gpu["index"] for gpu in row["gpus"]] == list(range(16))
    assert "GPU 3: a GPU has fallen off the bus; the machine needs a restart" in row["notes"]
