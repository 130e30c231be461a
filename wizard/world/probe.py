"""The machine as its driver sees it now: starts `nvml` or `amd` as a process and never waits beyond its time."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from wizard.domain.machine import Gpu, Machine, Process
from wizard.domain.units import gib
from wizard.knowledge.allocator import VARIABLES
from wizard.knowledge.amd import APUS
from wizard.knowledge.gpus import catalogue_gpu
from wizard.knowledge.process import PROCESS
from wizard.world.drivers import asking
from wizard.world.hostmemory import host_memory
from wizard.world.visible import cuda_order, visible

TIME_LIMIT = 5.0
"""Seconds the driver has to answer."""

_FAILURES = {
    4: "you may not ask the NVIDIA driver (no permission on /dev/nvidia*)",
    9: "the NVIDIA driver is installed but not loaded",
    12: "no NVIDIA driver is installed here",
    15: "a GPU has fallen off the bus; the machine needs a restart",
    17: "the operating system blocks the NVIDIA driver (a container without GPUs?)",
    18: "the NVIDIA driver and its library have different versions: restart the machine or the container",
}
_AMD_FAILURES = {
    "package": "an AMD GPU is here; `pip install 'memwizard[amd]'` lets it be asked, or name it: --gpu mi300x",
    "library": "an AMD GPU is here, but not ROCm's library (libamd_smi.so, of amd-smi-lib); name it: --gpu mi300x",
    10: "you may not ask the AMD driver (no permission on /dev/kfd: the groups render and video have it)",
    34: "the AMD driver is not loaded",
}
_AMD_SILENT = "the AMD driver does not answer"
_NO_SLICE = "it is in MIG mode and shows no slice, so nothing can run on it"
_NO_ANSWER = (ValueError, TypeError, OverflowError, LookupError, AttributeError)
"""A library may print what looks like an answer, and is none."""
_SLOW = f"the GPU driver did not answer within {TIME_LIMIT:.0f} s"


def probe(
    environment: Mapping[str, str] | None = None, command: list[str] | None = None, root: Path = Path("/")
) -> Machine:
    """The machine now. Never raises and never takes longer than TIME_LIMIT; notes say what is unknown.

    `command` replaces the process that asks the driver, `root` the place where the kernel's files are (tests).
    """
    environment = os.environ if environment is None else environment
    lines = _lines(command or asking(root))
    return machine_of(chain([{"host": host_memory(root)}], lines), environment)


def machine_of(answers: Iterable[Mapping[str, Any]], environment: Mapping[str, str]) -> Machine:
    """A Machine from the answers of `nvml` or `amd`, with the order and visibility of CUDA or HIP applied."""
    devices: list[Gpu] = []
    notes: list[str] = []
    versions: Mapping[str, Any] = {}
    host: Mapping[str, int] = {}
    for answer in answers:
        if "failed" in answer:
            notes.append(_FAILURES.get(answer["failed"], f"NVML failed with code {answer['failed']}"))
        elif "refused" in answer:
            notes.append(_AMD_FAILURES.get(answer["refused"], _AMD_SILENT))
        elif "driver" in answer:
            versions = answer["driver"]
        elif "lost" in answer:
            lost = answer["lost"]
            notes.append(f"GPU {lost['index']}: {_FAILURES.get(lost['code'], 'it does not answer')}")
        elif "gpu" in answer:
            with contextlib.suppress(*_NO_ANSWER):
                devices += (found := _devices(answer["gpu"]))
                if not found:
                    notes.append(f"GPU {answer['gpu'].get('index')}: {_NO_SLICE}")
        elif "host" in answer:
            host = answer["host"] or {}
        elif "slow" in answer:
            notes.append(_SLOW)
    if not devices and not notes:
        notes.append(f"the {versions.get('vendor', 'NVIDIA')} driver runs but shows no GPU")
    ordered, more = cuda_order([_sharing(one, host) for one in devices], environment)
    seen, hidden = visible(ordered, environment)
    return Machine(
        gpus=tuple(seen),
        origin="probed",
        driver=versions.get("driver"),
        cuda=versions.get("cuda"),
        torch_version=torch_version(),
        environment=allocator_environment(environment),
        notes=(*notes, *more, *hidden, *_remarks(seen, host)),
        host_total_bytes=host.get("total"),
        host_free_bytes=host.get("available"),
    )


def allocator_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The two variables that configure PyTorch's allocator, nothing else of the environment."""
    return {name: environment[name] for name in VARIABLES if name in environment}


def torch_version() -> str | None:
    """The torch beside this program, from its metadata; torch is not imported."""
    if importlib.util.find_spec("torch") is None:
        return None
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 (slow, and mostly not needed)

    try:
        return version("torch")
    except PackageNotFoundError:
        return None


def _devices(row: Mapping[str, Any]) -> list[Gpu]:
    """The GPU, or its slices where it is in MIG mode: without one CUDA runs nothing there (NVIDIA's MIG user guide)."""
    whole = _gpu(row)
    slices = row.get("mig") or []
    if not slices and not row.get("mig_mode"):
        return [whole]
    return [_gpu({**one, "index": 0, "capability": row.get("capability")}, mig=True) for one in slices]


def _gpu(row: Mapping[str, Any], *, mig: bool = False) -> Gpu:
    capability = row.get("capability")
    name, architecture = row.get("name") or "unknown GPU", row.get("architecture")
    known = catalogue_gpu(name, row.get("total"))
    if architecture in APUS:
        row = {**row, "total": None, "used": None, "free": None}
    return Gpu(
        index=int(row.get("index", 0)),
        name=name,
        uuid=row.get("uuid"),
        total_bytes=row.get("total"),
        used_bytes=row.get("used"),
        free_bytes=row.get("free"),
        compute_capability=(capability[0], capability[1]) if capability else None,
        processes=tuple(Process(p["pid"], p.get("name"), p.get("used")) for p in row.get("processes") or ()),
        vendor="amd" if row.get("vendor") == "amd" else "nvidia",
        architecture=architecture,
        mig=mig,
        unified=bool(row.get("unified")),
        catalogue=known.name if known else None,
    )


def _sharing(gpu: Gpu, host: Mapping[str, int]) -> Gpu:
    """A GPU that shares the host's memory has what the kernel says is available, less what the process takes beside.

    NVIDIA's notes on DGX Spark say so too: cudaMemGetInfo leaves out what the kernel can take back of its caches.
    """
    if not gpu.unified or gpu.free_bytes is not None or "available" not in host:
        return gpu
    free = max(0, host["available"] - PROCESS.high)
    return replace(gpu, total_bytes=host["total"], used_bytes=host["total"] - host["available"], free_bytes=free)


def _remarks(devices: list[Gpu], host: Mapping[str, int]) -> list[str]:
    """What a person should know of these devices."""
    remarks = []
    if any(gpu.unified for gpu in devices):
        shared = "GPU and CPU share one memory here"
        if "available" in host:
            now = f"the kernel says {gib(host['available'])} can be had, {gib(host['free'])} of it at once"
            remarks.append(f"{shared}: {now}, and {gib(PROCESS.high)} is left to the process beside its tensors")
        else:
            remarks.append(f"{shared}: NVML tells no free figure, so the fit is unknown")
    if any(gpu.architecture in APUS for gpu in devices):
        remarks.append("graphics of an AMD processor share its memory, and how much HIP gives is not known here")
    if sum(gpu.mig for gpu in devices) > 1:
        remarks.append("MIG slices can't train together: plan for one, and choose it with CUDA_VISIBLE_DEVICES")
    return remarks


def _lines(command: list[str]) -> Iterable[Mapping[str, Any]]:
    """The process's JSON lines as they come; `{"slow": True}` when its time is over.

    The process is killed then but not waited for: a call stuck in the driver can't be killed.
    """
    answers: Queue[Mapping[str, Any] | None] = Queue()
    try:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError:
        yield {"failed": 999}
        return
    threading.Thread(target=_read, args=(process, answers), daemon=True).start()
    deadline = time.monotonic() + TIME_LIMIT
    while True:
        try:
            answer = answers.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            process.kill()
            yield {"slow": True}
            return
        if answer is None:
            return
        yield answer


def _read(process: subprocess.Popen[str], answers: Queue[Mapping[str, Any] | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        with contextlib.suppress(ValueError, RecursionError):
            answer = json.loads(line)
            if isinstance(answer, dict):  # a library may print what it likes
                answers.put(answer)
    process.stdout.close()
    process.wait()
    answers.put(None if process.returncode == 0 else {"failed": 999})
    answers.put(None)
