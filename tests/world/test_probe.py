"""What NVML says, refuses or never says becomes a machine; unknown stays unknown, and nothing waits for it."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from wizard.domain.machine import Machine, Process
from wizard.world import probe
from wizard.world.probe import machine_of

GIB = 2**30
NVML = [sys.executable, "-m", "wizard.world.nvml"]
NO_PROCESS = 2**22 + 1
"""Above the largest pid that Linux gives."""
ROW: dict[str, Any] = {
    "index": 0,
    "name": "NVIDIA GeForce RTX 4090",
    "uuid": "GPU-1",
    "total": 24 * GIB,
    "used": GIB,
    "free": 22 * GIB,
    "capability": [8, 9],
    "unified": False,
    "processes": [],
    "mig": [],
}
DRIVER = {"driver": {"driver": "580.95.05", "cuda": "13.0"}}


def gpu(**changes: Any) -> dict[str, Any]:
    return {"gpu": {**ROW, **changes}}


def said(*answers: dict[str, Any], **environment: str) -> Machine:
    return machine_of(answers, environment)


def one_sentence(machine: Machine) -> str:
    (note,) = machine.notes
    assert "\n" not in note
    assert not any(word in note for word in ("NVMLError", "Traceback", "Exception"))
    return note


# --- from answers to a machine


def test_a_plain_answer() -> None:
    machine = said(DRIVER, gpu(processes=[{"pid": 7, "name": "python3", "used": GIB}]), {"done": True})
    (seen,) = machine.gpus
    assert (machine.origin, machine.driver, machine.cuda, machine.notes) == ("probed", "580.95.05", "13.0", ())
    assert (seen.index, seen.name, seen.uuid, seen.catalogue) == (0, ROW["name"], "GPU-1", "rtx-4090")
    assert (seen.total_bytes, seen.used_bytes, seen.free_bytes) == (24 * GIB, GIB, 22 * GIB)
    assert seen.processes == (Process(7, "python3", GIB),)
    assert seen.shared


@pytest.mark.parametrize(
    ("capability", "bf16", "tf32", "fp8", "flash"),
    [
        ([6, 1], False, False, False, (False, False)),
        ([7, 5], False, False, False, (False, False)),
        ([8, 0], True, True, False, (True, False)),
        ([8, 9], True, True, False, (True, False)),
        ([9, 0], True, True, True, (True, True)),
        ([12, 0], True, True, True, (True, False)),
        (None, None, None, None, (None, None)),
    ],
)
def test_what_follows_from_the_capability(
    capability: list[int] | None, bf16: bool | None, tf32: bool | None, fp8: bool | None, flash: tuple[object, object]
) -> None:
    (seen,) = said(DRIVER, gpu(capability=capability)).gpus
    assert (seen.bf16, seen.tf32, seen.fp8) == (bf16, tf32, fp8)
    assert (seen.flash_attention_2, seen.flash_attention_3) == flash


def test_what_is_refused_stays_unknown_and_is_never_zero() -> None:
    refusals = dict.fromkeys(("name", "uuid", "total", "used", "free", "capability"))
    machine = said(DRIVER, gpu(**refusals, processes=[{"pid": 7, "name": None, "used": None}]))
    (seen,) = machine.gpus
    assert (seen.total_bytes, seen.used_bytes, seen.free_bytes) == (None, None, None)
    assert (machine.total_bytes, machine.free_bytes, machine.compute_capability) == (None, None, None)
    assert (seen.uuid, seen.catalogue, seen.compute_capability) == (None, None, None)
    assert seen.processes == (Process(7, None, None),)
    assert seen.name == "unknown GPU"


def test_one_unknown_gpu_makes_the_free_memory_of_all_unknown() -> None:
    machine = said(DRIVER, gpu(), gpu(index=1, uuid="GPU-2", total=None, used=None, free=None))
    assert machine.free_bytes is None
    assert machine.gpus[0].free_bytes == 22 * GIB


def test_unified_memory_is_said() -> None:
    machine = said(DRIVER, gpu(name="NVIDIA GB10", total=None, used=None, free=None, unified=True))
    assert machine.gpus[0].unified
    assert "share one memory" in one_sentence(machine)


def test_unified_memory_has_what_the_kernel_says_is_available() -> None:
    host = {"host": {"total": 120 * GIB, "available": 100 * GIB, "free": 60 * GIB}}
    shared = gpu(name="NVIDIA GB10", total=None, used=None, free=None, unified=True)
    machine = said(host, DRIVER, shared)
    assert (machine.total_bytes, machine.host_total_bytes, machine.host_free_bytes) == (120 * GIB, 120 * GIB, 100 * GIB)
    assert machine.free_bytes == 98 * GIB
    assert "100.0 GiB can be had, 60.0 GiB of it at once" in one_sentence(machine)


def test_a_card_of_its_own_keeps_what_nvml_says() -> None:
    machine = said({"host": {"total": 64 * GIB, "available": 50 * GIB, "free": 1 * GIB}}, DRIVER, gpu())
    assert (machine.free_bytes, machine.host_free_bytes, machine.notes) == (22 * GIB, 50 * GIB, ())


def test_mig_slices_are_devices_of_their_own() -> None:
    slices = [
        {"name": "A MIG 3g.40gb", "uuid": "MIG-a", "total": 40 * GIB, "used": 0, "free": 40 * GIB, "processes": []},
        {"name": "A MIG 1g.10gb", "uuid": "MIG-b", "total": 10 * GIB, "used": 0, "free": 10 * GIB, "processes": []},
    ]
    whole = gpu(name="NVIDIA A100-SXM4-80GB", capability=[8, 0], total=None, used=None, free=None, mig=slices)
    machine = said(DRIVER, whole, gpu(index=1, name="NVIDIA A100-SXM4-80GB", capability=[8, 0], uuid="GPU-2"))
    assert [one.uuid for one in machine.gpus] == ["MIG-a", "MIG-b", "GPU-2"]
    assert [one.index for one in machine.gpus] == [0, 1, 2]
    assert [one.mig for one in machine.gpus] == [True, True, False]
    assert machine.gpus[0].compute_capability == (8, 0)
    assert any("MIG slices can't train together" in note for note in machine.notes)


def test_one_mig_slice_needs_no_warning() -> None:
    one = {"name": "A MIG 3g.40gb", "uuid": "MIG-a", "total": 40 * GIB, "used": 0, "free": 40 * GIB}
    machine = said(DRIVER, gpu(mig=[one]))
    assert (machine.free_bytes, machine.notes) == (40 * GIB, ())


def test_cuda_hides_and_orders_what_nvml_shows() -> None:
    answers = (
        DRIVER,
        gpu(name="Old", uuid="GPU-old", capability=[7, 5]),
        gpu(index=1, name="New", uuid="GPU-new", capability=[9, 0]),
    )
    assert [one.name for one in said(*answers).gpus] == ["New", "Old"]
    bus = said(*answers, CUDA_DEVICE_ORDER="PCI_BUS_ID", CUDA_VISIBLE_DEVICES="1")
    assert [(one.index, one.name) for one in bus.gpus] == [(0, "New")]
    assert one_sentence(bus) == "CUDA_VISIBLE_DEVICES=1 shows 1 of 2 devices"


def test_only_the_allocator_variables_come_along() -> None:
    machine = said(DRIVER, gpu(), PYTORCH_ALLOC_CONF="a", PYTORCH_CUDA_ALLOC_CONF="b", HF_TOKEN="secret")
    assert dict(machine.environment) == {"PYTORCH_ALLOC_CONF": "a", "PYTORCH_CUDA_ALLOC_CONF": "b"}


# --- what goes wrong


def test_the_failures_of_the_issue_have_their_sentence() -> None:
    wanted = {
        12: "no NVIDIA driver is installed here",
        18: "driver and its library have different versions",
        15: "fallen off the bus",
        4: "no permission",
        9: "not loaded",
        17: "operating system blocks",
    }
    for code, words in wanted.items():
        machine = said({"failed": code})
        assert words in one_sentence(machine)
        assert (machine.gpus, machine.free_bytes, machine.count) == ((), None, 1)


@pytest.mark.parametrize("code", sorted(probe._FAILURES))
def test_each_failure_is_a_sentence_without_its_number(code: int) -> None:
    assert str(code) not in one_sentence(said({"failed": code}))


def test_an_unlisted_failure_tells_its_number() -> None:
    assert "28" in one_sentence(said({"failed": 28}))


@pytest.mark.parametrize(
    ("code", "words"), [(15, "GPU 1: a GPU has fallen off the bus"), (4, "no permission"), (16, "GPU 1: it does not")]
)
def test_a_lost_gpu_leaves_the_others(code: int, words: str) -> None:
    machine = said(DRIVER, gpu(), {"lost": {"index": 1, "code": code}}, gpu(index=2, uuid="GPU-3"), {"done": True})
    assert [one.uuid for one in machine.gpus] == ["GPU-1", "GPU-3"]
    assert words in one_sentence(machine)


def test_a_driver_without_gpus_is_said() -> None:
    assert one_sentence(said(DRIVER, {"done": True})) == "the NVIDIA driver runs but shows no GPU"


def test_slowness_is_said_and_what_came_before_stays() -> None:
    machine = said(DRIVER, gpu(), {"slow": True})
    assert len(machine.gpus) == 1
    assert "did not answer within 5 s" in one_sentence(machine)


# --- the child process


def asked(script: str) -> Machine:
    return probe.probe({}, command=["sh", "-c", script])


def line(answer: dict[str, Any]) -> str:
    return f"echo '{json.dumps(answer)}'\n"


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "TIME_LIMIT", 0.7)


def test_the_lines_of_a_child_are_read() -> None:
    machine = asked(line(DRIVER) + line(gpu()) + line({"done": True}))
    assert (machine.driver, len(machine.gpus), machine.notes) == ("580.95.05", 1, ())


@pytest.mark.usefixtures("short")
def test_a_child_that_hangs_is_left_behind_with_what_it_said() -> None:
    before = set(threading.enumerate())
    script = line(DRIVER) + line(gpu()) + 'echo "{\\"gpu\\": {\\"index\\": 1, \\"uuid\\": \\"$$\\"}}"\nexec sleep 60'
    machine = asked(script)
    assert machine.gpus[0].uuid == "GPU-1"
    assert "did not answer" in machine.notes[0]
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    with pytest.raises(ProcessLookupError):  # killed, and not left as a zombie
        os.kill(int(machine.gpus[1].uuid or 0), 0)


@pytest.mark.usefixtures("short")
def test_a_child_that_says_nothing_is_slow() -> None:
    machine = asked("exec sleep 60")
    assert machine.gpus == ()
    assert "did not answer" in one_sentence(machine)


def test_a_child_that_cannot_be_killed_holds_up_no_exit() -> None:
    program = (
        "from wizard.world import probe\n"
        "probe.TIME_LIMIT = 0.3\n"
        "print(probe.probe({}, command=['sh', '-c', 'sleep 20 & wait']).notes)\n"  # a grandchild keeps the pipe open
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=15, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "did not answer" in done.stdout


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("exit 3", id="dies"),
        pytest.param("kill -9 $$", id="is killed"),
        pytest.param("kill -11 $$", id="crashes"),
        pytest.param("echo Traceback; exit 1", id="prints garbage and dies"),
        pytest.param('echo \'{"gpu": {"ind\'; exit 1', id="is cut off"),
    ],
)
def test_a_child_that_fails_is_one_sentence(script: str) -> None:
    machine = asked(script)
    assert machine.gpus == ()
    assert "NVML failed" in one_sentence(machine)


def test_a_child_that_crashes_midway_keeps_the_gpus_seen() -> None:
    machine = asked(line(DRIVER) + line(gpu()) + "kill -11 $$")
    assert len(machine.gpus) == 1
    assert "NVML failed" in one_sentence(machine)


def test_garbage_between_the_lines_is_passed_over() -> None:
    machine = asked("echo warning: something\necho\n" + line(DRIVER) + "echo '{]'\n" + line(gpu()))
    assert (len(machine.gpus), machine.notes) == (1, ())


def test_a_child_that_cannot_start_is_one_sentence(tmp_path: Path) -> None:
    machine = probe.probe({}, command=[str(tmp_path / "nothing")])
    assert "NVML failed" in one_sentence(machine)


def _has_driver() -> bool:
    try:
        ctypes.CDLL("libnvidia-ml.so.1")
    except OSError:
        return False
    return True


@pytest.mark.skipif(_has_driver(), reason="a driver is installed here")
def test_a_machine_without_a_driver() -> None:
    machine = probe.probe({})
    assert (machine.gpus, machine.notes) == ((), ("no NVIDIA driver is installed here",))


# --- nvml.py itself, over a pynvml that answers as told


class Driver:
    """A pynvml for the child, and what the child makes of it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        shutil.copy(Path(__file__).with_name("fake_pynvml.py"), folder / "pynvml.py")
        path = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
        monkeypatch.setenv("PYTHONPATH", path)
        self.patch = monkeypatch
        self.root = folder

    def __call__(self, *gpus: dict[str, Any], slots: dict[str, Any] | None = None, **system: Any) -> Machine:
        whole = {"init": None, "driver": "580.95.05", "cuda": 13000, "count": len(gpus), **system}
        devices = {str(index): {**WHOLE, "uuid": f"GPU-{index}", **one} for index, one in enumerate(gpus)}
        self.patch.setenv("FAKE_NVML", json.dumps({"": whole, **devices, **(slots or {})}))
        return probe.probe({}, command=NVML, root=self.root)


WHOLE: dict[str, Any] = {
    "handle": True,
    "name": "NVIDIA GeForce RTX 4090",
    "capability": [8, 9],
    "memory": [24 * GIB, 2 * GIB, 22 * GIB],
    "memory_v2": [24 * GIB, GIB, 22 * GIB],
    "compute": [],
    "graphics": [],
}


def refused(code: int | str) -> dict[str, int | str]:
    return {"error": code}


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Driver:
    return Driver(tmp_path, monkeypatch)


def test_nvml_tells_the_driver_and_each_gpu(driver: Driver) -> None:
    machine = driver({}, {"name": "Tesla T4", "capability": [7, 5]})
    assert (machine.driver, machine.cuda) == ("580.95.05", "13.0")
    assert [(one.name, one.uuid, one.compute_capability) for one in machine.gpus] == [
        ("NVIDIA GeForce RTX 4090", "GPU-0", (8, 9)),
        ("Tesla T4", "GPU-1", (7, 5)),
    ]


def test_nvml_reads_memory_without_the_drivers_reserve(driver: Driver) -> None:
    new, old, newer = driver({}, {"memory_v2": refused(13)}, {"memory_v2": refused(25)}).gpus
    assert (new.total_bytes, new.used_bytes, new.free_bytes) == (24 * GIB, GIB, 22 * GIB)
    assert (old.used_bytes, newer.used_bytes) == (2 * GIB, 2 * GIB)


@pytest.mark.parametrize("answer", [refused(3), [0, 0, 0]], ids=["not supported", "zeros"])
def test_nvml_tells_unified_memory_from_refusals(driver: Driver, answer: object) -> None:
    machine = driver({"memory": answer, "memory_v2": answer, "name": "NVIDIA GB10"})
    (seen,) = machine.gpus
    assert seen.unified
    assert (seen.total_bytes, seen.used_bytes, seen.free_bytes) == (None, None, None)


@pytest.mark.parametrize("code", [4, 999, "mismatch", "absent"])
def test_nvml_takes_no_other_refusal_for_unified_memory(driver: Driver, code: int | str) -> None:
    (seen,) = driver({"memory": refused(code), "memory_v2": refused(code)}).gpus
    assert (seen.unified, seen.total_bytes, seen.free_bytes) == (False, None, None)


@pytest.mark.parametrize("code", [3, 4, 13, 999, "mismatch", "unicode", "absent"])
def test_nvml_leaves_unknown_what_is_refused(driver: Driver, code: int | str) -> None:
    calls = ("name", "uuid", "capability", "memory", "memory_v2", "compute", "graphics", "mig")
    machine = driver({}, dict.fromkeys(calls, refused(code)), driver=refused(code), cuda=refused(code))
    first, second = machine.gpus
    assert first.name == WHOLE["name"]
    assert (second.name, second.uuid, second.compute_capability) == ("unknown GPU", None, None)
    assert (second.total_bytes, second.used_bytes, second.free_bytes, second.processes) == (None, None, None, ())
    assert (machine.driver, machine.cuda) == (None, None)


@pytest.mark.parametrize("code", sorted(probe._FAILURES))
def test_nvml_that_does_not_start_is_one_sentence(driver: Driver, code: int) -> None:
    machine = driver(init=refused(code))
    assert (machine.gpus, one_sentence(machine)) == ((), probe._FAILURES[code])


@pytest.mark.parametrize("code", ["mismatch", "absent", 999])
def test_nvml_that_fails_oddly_is_one_sentence(driver: Driver, code: int | str) -> None:
    assert "NVML failed with code 999" in one_sentence(driver(init=refused(code)))


def test_nvml_goes_on_after_a_lost_gpu(driver: Driver) -> None:
    machine = driver({}, {"handle": refused(15)}, {"handle": refused(4)}, {})
    assert [one.uuid for one in machine.gpus] == ["GPU-0", "GPU-3"]
    assert [note.partition(":")[0] for note in machine.notes] == ["GPU 1", "GPU 2"]


def test_nvml_that_hangs_in_a_call_is_left_behind(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "TIME_LIMIT", 2.0)  # the interpreter has to start in this time
    machine = driver({}, {"memory_v2": refused("hang")})
    assert [one.uuid for one in machine.gpus] == ["GPU-0"]
    assert "did not answer" in one_sentence(machine)


def test_nvml_that_takes_its_process_down_keeps_the_gpus_seen(driver: Driver) -> None:
    machine = driver({}, {"name": refused("crash")})
    assert [one.uuid for one in machine.gpus] == ["GPU-0"]
    assert "NVML failed" in one_sentence(machine)


def test_nvml_names_who_holds_memory(driver: Driver) -> None:
    here = Path(f"/proc/{os.getpid()}/comm").read_text().strip()
    busy = {"compute": [[os.getpid(), GIB], [NO_PROCESS, None]], "graphics": [[os.getpid(), 5], [NO_PROCESS + 1, 0]]}
    names: dict[str, Any] = {
        f"process {NO_PROCESS}": "/opt/bin/train --token secret",
        f"process {NO_PROCESS + 1}": refused("unicode"),
    }
    (seen,) = driver(busy, **names).gpus
    assert seen.processes == (
        Process(os.getpid(), here, GIB),
        Process(NO_PROCESS, "train", None),
        Process(NO_PROCESS + 1, None, 0),
    )


def test_nvml_lists_mig_slices_over_gaps_and_counts_shared_memory_once(driver: Driver) -> None:
    def instance(number: int, size: int) -> dict[str, Any]:
        memory = [size * GIB, 0, size * GIB]
        return {
            "name": f"NVIDIA H200 MIG {number}",
            "uuid": f"MIG-{number}",
            "memory": memory,
            "memory_v2": memory,
            "instance": number // 10,
        }

    slots = {"0/0": instance(10, 70), "0/1": instance(11, 70), "0/4": instance(20, 16)}
    parent = {"mig": [1, 1], "slots": 7, "memory": refused(4), "memory_v2": refused(4), "capability": [9, 0]}
    machine = driver(parent, slots=slots)
    assert [(one.uuid, one.free_bytes, one.mig) for one in machine.gpus] == [
        ("MIG-10", 70 * GIB, True),
        ("MIG-20", 16 * GIB, True),
    ]
    assert {one.compute_capability for one in machine.gpus} == {(9, 0)}
    assert any("MIG slices can't train together" in note for note in machine.notes)


def test_nvml_takes_a_gpu_with_mig_switched_off_whole(driver: Driver) -> None:
    (seen,) = driver({"mig": [0, 1], "slots": 7}, slots={"0/0": {}}).gpus
    assert (seen.uuid, seen.mig) == ("GPU-0", False)


def test_nvml_without_gpus(driver: Driver) -> None:
    assert one_sentence(driver()) == "the NVIDIA driver runs but shows no GPU"


@pytest.mark.parametrize("row", [{"index": float("inf")}, {"index": "x"}, {"capability": 5}, {"processes": [1]}, [], 7])
def test_what_only_looks_like_an_answer_is_passed_over(row: object) -> None:
    machine = said(DRIVER, {"gpu": row if not isinstance(row, dict) else {**ROW, **row}}, gpu())
    assert [one.uuid for one in machine.gpus] == ["GPU-1"]
