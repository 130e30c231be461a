"""The real amdsmi over a library with AMD SMI's own interface: what it answers, refuses, and never says."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.world.nvml.library import COMPILER, GIB
from wizard.domain.machine import Machine, Process
from wizard.world import drivers, probe
from wizard.world.gauge import Gauge

HERE = Path(__file__).parent
PACKAGE = importlib.util.find_spec("amdsmi")
pytestmark = pytest.mark.skipif(COMPILER is None or PACKAGE is None, reason="no C compiler, or no amdsmi")
TOTAL = 196592 * 2**20
NO_PROCESS = 2**22 + 1
"""Above the largest pid that Linux gives."""

INIT, HANDLES = "amdsmi_init", "amdsmi_get_processor_handles"
CHIP, NUMBERS, UUID = "amdsmi_get_gpu_asic_info", "amdsmi_get_gpu_enumeration_info", "amdsmi_get_gpu_device_uuid"
MEMORY, USED = "amdsmi_get_gpu_memory_total", "amdsmi_get_gpu_memory_usage"
DRIVER, PROCESSES = "amdsmi_get_gpu_driver_info", "amdsmi_get_gpu_process_list"
OF_A_GPU = (CHIP, NUMBERS, MEMORY, USED, DRIVER, PROCESSES)
Says = Mapping[tuple[str, str], str]


def machine(count: int, changes: Says | None = None) -> dict[tuple[str, str], str]:
    """So many MI300X that answer everything, but for what is changed."""
    said = {("-", HANDLES): str(count)}
    for index in range(count):
        whole = {
            CHIP: "gfx942 AMD Instinct MI300X",
            NUMBERS: f"{index} GPU-{index}",
            MEMORY: str(TOTAL),
            USED: str(GIB),
        }
        said |= {(str(index), call): answer for call, answer in {**whole, DRIVER: "6.12.12"}.items()}
    return {**said, **(changes or {})}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the library is: every other function that the package binds is there, and refuses."""
    made = tmp_path_factory.mktemp("amd")
    assert COMPILER is not None
    assert PACKAGE is not None
    assert PACKAGE.origin is not None
    wrapper = Path(PACKAGE.origin).with_name("amdsmi_wrapper.py").read_text(encoding="utf-8")
    source = (HERE / "amd_smi.c").read_text(encoding="utf-8")
    bound = set(re.findall(r"_libraries\['libamd_smi\.so'\]\.(\w+)", wrapper))
    ours = set(re.findall(r"^int (\w+)\(", source, re.MULTILINE))
    assert ours <= bound
    (made / "rest.h").write_text("".join(f"UNCALLED({name})\n" for name in sorted(bound - ours)))
    subprocess.run(
        [COMPILER, "-std=c99", "-D_DEFAULT_SOURCE", "-shared", "-fPIC", f"-I{made}", "-o", made / "libamd_smi.so",
         HERE / "amd_smi.c"],
        check=True,
    )  # fmt: skip
    return made


@pytest.fixture
def answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(probe, "TIME_LIMIT", 60.0)  # only what hangs is waited for
    monkeypatch.setenv("ROCM_PATH", str(folder / "none"))
    yield folder / "answers"
    (folder / "answers").unlink(missing_ok=True)


def command(folder: Path, *more: str) -> list[str]:
    """What asks it: the process that memwizard starts, in an environment where it finds the library."""
    named = (f"LD_LIBRARY_PATH={folder}", f"DRIVER_SAYS={folder / 'answers'}")
    return ["env", *named, *more, sys.executable, str(Path(probe.__file__).with_name("amd.py"))]


def probed(answers: Path, said: Says, environment: Mapping[str, str] | None = None) -> Machine:
    answers.write_text("".join(f"{device} {call} {answer}\n" for (device, call), answer in said.items()))
    return probe.probe(environment or {}, command=command(answers.parent), root=answers.parent)


@pytest.mark.parametrize("count", [1, 8])
def test_every_gpu_is_seen(answers: Path, count: int) -> None:
    seen = probed(answers, machine(count))
    assert (seen.driver, seen.notes, [gpu.uuid for gpu in seen.gpus]) == (
        "6.12.12", (), [f"GPU-{n}" for n in range(count)],
    )  # fmt: skip
    assert {(gpu.name, gpu.vendor, gpu.architecture, gpu.catalogue) for gpu in seen.gpus} == {
        ("AMD Instinct MI300X", "amd", "gfx942", "mi300x")
    }
    assert {(gpu.total_bytes, gpu.used_bytes, gpu.free_bytes) for gpu in seen.gpus} == {(TOTAL, GIB, TOTAL - GIB)}
    assert (seen.gpus[0].bf16, seen.gpus[0].flash_attention_3) == (True, False)


@pytest.mark.parametrize("call", OF_A_GPU)
def test_what_is_refused_is_unknown(answers: Path, call: str) -> None:
    """The figure, and not the GPU, nor its neighbour."""
    whole = probed(answers, machine(2))
    seen = probed(answers, machine(2, {("1", call): "!2"}))
    one = seen.gpus[1]
    assert (seen.gpus[0], len(seen.gpus), seen.notes) == (whole.gpus[0], 2, ())
    lost = {
        CHIP: replace(whole.gpus[1], name="unknown GPU", architecture=None, catalogue=None),
        NUMBERS: replace(whole.gpus[1], uuid=None),
        MEMORY: replace(whole.gpus[1], total_bytes=None, used_bytes=None, free_bytes=None),
        USED: replace(whole.gpus[1], used_bytes=None, free_bytes=None),
    }
    assert one == lost.get(call, whole.gpus[1])


def test_without_hips_numbers_the_driver_has_a_name_for_each(answers: Path) -> None:
    seen = probed(answers, machine(1, {("0", NUMBERS): "!2", ("0", UUID): "b6ff74a1-0000-1000-80e9-ddefe8caa6d9"}))
    assert seen.gpus[0].uuid == "b6ff74a1-0000-1000-80e9-ddefe8caa6d9"


@pytest.mark.parametrize(
    ("code", "words"), [(10, "render and video"), (34, "not loaded"), (7, "does not answer"), (55, "does not answer")]
)
def test_a_driver_that_refuses_is_one_sentence(answers: Path, code: int, words: str) -> None:
    seen = probed(answers, machine(1, {("-", INIT): f"!{code}"}))
    assert (seen.gpus, len(seen.notes)) == ((), 1)
    assert words in seen.notes[0]


def test_a_driver_without_gpus_is_said(answers: Path) -> None:
    assert probed(answers, machine(0)).notes == ("the AMD driver runs but shows no GPU",)


def test_without_the_library_or_the_package_it_is_said_what_to_do(folder: Path) -> None:
    none = [*command(folder, f"ROCM_PATH={folder / 'none'}", f"LD_LIBRARY_PATH={folder / 'none'}")]
    assert "libamd_smi.so" in probe.probe({}, command=none, root=folder).notes[0]
    bare = [*none[:-1], "-S", none[-1]]
    assert "memwizard[amd]" in probe.probe({}, command=bare, root=folder).notes[0]


@pytest.mark.parametrize("call", [INIT, HANDLES])
def test_a_call_that_hangs_is_left_behind(answers: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    monkeypatch.setattr(probe, "TIME_LIMIT", 1.0)
    seen = probed(answers, machine(1, {("-", call): "!hang"}))
    assert (seen.gpus, seen.notes) == ((), ("the GPU driver did not answer within 5 s",))


def test_a_driver_that_crashes_keeps_what_it_said(answers: Path) -> None:
    assert [gpu.uuid for gpu in probed(answers, machine(3, {("2", MEMORY): "!crash"})).gpus] == ["GPU-0", "GPU-1"]


def test_names_in_odd_encodings(answers: Path) -> None:
    seen = probed(answers, machine(2, {("0", CHIP): r"gfx942 A\xff\x1b[31m"}))
    assert len(seen.gpus) == 2
    assert seen.gpus[0].name == "unknown GPU"


def test_a_processors_graphics_have_no_figure(answers: Path) -> None:
    """What the driver calls its memory is a small part that was set aside."""
    seen = probed(answers, machine(1, {("0", CHIP): "gfx1151 AMD Radeon 8060S Graphics", ("0", MEMORY): str(GIB)}))
    assert (seen.gpus[0].total_bytes, seen.free_bytes) == (None, None)
    assert "share its memory" in seen.notes[0]


def test_hips_order_and_variables(answers: Path) -> None:
    """ROCm's runtime hides first, HIP of what is left; CUDA's variable counts where HIP's is not set."""
    said = machine(4, {(str(n), NUMBERS): f"{3 - n} GPU-{n}" for n in range(4)})
    assert [gpu.uuid for gpu in probed(answers, said).gpus] == ["GPU-3", "GPU-2", "GPU-1", "GPU-0"]
    hidden = {"ROCR_VISIBLE_DEVICES": "0,GPU-1,GPU-0", "HIP_VISIBLE_DEVICES": "2,0", "CUDA_VISIBLE_DEVICES": "1"}
    seen = probed(answers, said, hidden)
    assert [(gpu.uuid, gpu.index) for gpu in seen.gpus] == [("GPU-0", 0), ("GPU-3", 1)]
    assert [gpu.uuid for gpu in probed(answers, said, {"CUDA_VISIBLE_DEVICES": "1"}).gpus] == ["GPU-2"]


def test_who_holds_memory(answers: Path) -> None:
    held = {("0", PROCESSES): f"{NO_PROCESS}:5 1:{GIB}"}
    first, second = probed(answers, machine(1, held)).gpus[0].processes
    assert (first, second.used_bytes) == (Process(NO_PROCESS, None, 5), GIB)
    assert second.name


def test_a_run_is_watched(answers: Path) -> None:
    probed(answers, machine(2, {("1", PROCESSES): f"77:{GIB}"}))
    gauge = Gauge(0.05, command(answers.parent))
    try:
        while not gauge.latest():
            time.sleep(0.01)
        assert [(one.index, one.used, dict(one.holders)) for one in gauge.latest()] == [
            (0, GIB, {}),
            (1, GIB, {77: GIB}),
        ]
    finally:
        gauge.close()


def test_amds_driver_is_asked_where_only_its_device_is(tmp_path: Path) -> None:
    def asked() -> str:
        return Path(drivers.asking(tmp_path)[-1]).name

    (tmp_path / "dev").mkdir()
    assert asked() == "nvml.py"
    (tmp_path / "dev/kfd").touch()
    assert asked() == "amd.py"
    (tmp_path / "dev/nvidiactl").touch()  # a processor with graphics beside an NVIDIA card
    assert asked() == "nvml.py"
