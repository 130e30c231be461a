"""Builds the stand-in for NVIDIA's library, and says what it is to answer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pynvml

from wizard.domain.machine import Machine
from wizard.world import probe

HERE = Path(__file__).parent
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
GIB = 2**30
CODES = sorted({value for name, value in vars(pynvml).items() if name.startswith("NVML_ERROR_")} | {77})
"""Every error that NVML has, and one that it may have one day."""

MEMORY, MEMORY_V2 = "nvmlDeviceGetMemoryInfo", "nvmlDeviceGetMemoryInfo_v2"
HANDLE, NAME, UUID = "nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetName", "nvmlDeviceGetUUID"
CAPABILITY = "nvmlDeviceGetCudaComputeCapability"
COMPUTE, GRAPHICS = "nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetGraphicsRunningProcesses_v3"
MODE, SLOTS = "nvmlDeviceGetMigMode", "nvmlDeviceGetMaxMigDeviceCount"
SLOT, INSTANCE = "nvmlDeviceGetMigDeviceHandleByIndex", "nvmlDeviceGetGpuInstanceId"
INIT, COUNT = "nvmlInitWithFlags", "nvmlDeviceGetCount_v2"
DRIVER, CUDA, PROCESS = "nvmlSystemGetDriverVersion", "nvmlSystemGetCudaDriverVersion_v2", "nvmlSystemGetProcessName"
OF_THE_MACHINE = (INIT, DRIVER, CUDA, COUNT)
OF_A_GPU = (HANDLE, NAME, UUID, CAPABILITY, MEMORY, MEMORY_V2, COMPUTE, GRAPHICS, MODE, SLOTS, SLOT)
OF_A_SLICE = (NAME, UUID, MEMORY, MEMORY_V2, COMPUTE, GRAPHICS, INSTANCE)

Says = Mapping[tuple[str, str], str]
"""{(device, call): answer}, as said.h reads them."""

WHOLE = {
    NAME: "NVIDIA H100 80GB HBM3",
    CAPABILITY: "9.0",
    MEMORY: f"{80 * GIB} {GIB} {2 * GIB} {77 * GIB}",
    MEMORY_V2: f"{80 * GIB} {GIB} {2 * GIB} {77 * GIB}",
    MODE: "0 0",
}


def machine(count: int, changes: Says | None = None) -> dict[tuple[str, str], str]:
    """So many GPUs that answer everything, but for what is changed."""
    said = {("-", DRIVER): "580.95.05", ("-", CUDA): "13000", ("-", COUNT): str(count)}
    for index in range(count):
        said |= {(str(index), call): answer for call, answer in {**WHOLE, UUID: f"GPU-{index}"}.items()}
    return {**said, **(changes or {})}


def slices(gpu: int, *sizes: int) -> dict[tuple[str, str], str]:
    """A GPU in MIG mode with slices of these GiB."""
    said = {(str(gpu), MODE): "1 1", (str(gpu), SLOTS): "7"}
    for slot, size in enumerate(sizes):
        memory = f"{size * GIB} 0 0 {size * GIB}"
        told = {NAME: f"NVIDIA H100 MIG {slot}", UUID: f"MIG-{gpu}-{slot}", MEMORY: memory, MEMORY_V2: memory}
        said |= {(f"{gpu}/{slot}", call): answer for call, answer in {**told, INSTANCE: str(slot + 1)}.items()}
    return said


class Library:
    """The library as built into a folder, with one file of answers."""

    def __init__(self, folder: Path, *flags: str) -> None:
        assert COMPILER is not None
        self.folder = folder
        self.answers, self.told = folder / "answers", folder / "told"
        subprocess.run(
            [COMPILER, "-std=c99", "-D_DEFAULT_SOURCE", "-shared", "-fPIC", *flags,
             "-o", folder / "libnvidia-ml.so.1", HERE / "nvml.c"],
            check=True,
        )  # fmt: skip

    def says(self, answers: Says, file: Path | None = None) -> None:
        """What it answers from the next start on."""
        lines = (f"{device} {call} {answer}\n" for (device, call), answer in answers.items())
        (file or self.answers).write_text("".join(lines))

    def environment(self, file: Path | None = None) -> dict[str, str]:
        """That of a process which finds it."""
        paths = {"LD_LIBRARY_PATH": str(self.folder), "DRIVER_SAYS": str(file or self.answers)}
        return {**os.environ, **paths, "DRIVER_TOLD": str(self.told)}

    def command(self, file: Path | None = None, *more: str) -> list[str]:
        """What asks it: the process that memwizard starts, in that environment."""
        named = (f"{key}={value}" for key, value in self.environment(file).items() if os.environ.get(key) != value)
        return ["env", *named, *more, sys.executable, str(Path(probe.__file__).with_name("nvml.py"))]

    def probed(self, answers: Says) -> Machine:
        """The machine that memwizard sees."""
        self.says(answers)
        return probe.probe({}, command=self.command(), root=self.folder)
