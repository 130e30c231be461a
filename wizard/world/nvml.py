"""Asks NVML about every GPU and prints one JSON line for each answer. Run as a process of its own.

With `--watch SECONDS` it goes on to say who holds how much of each, until its stdin ends.

A call into the driver can hang beyond any signal, so this is never imported by the program: `probe` starts
it, reads its lines as they come, and leaves it behind when its time is over.
Facts: NVML API reference (nvml.h, version 13), nvidia-ml-py's pynvml.py.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import select
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pynvml

T = TypeVar("T")
_REFUSALS = (pynvml.NVMLError, pynvml.NVMLLibraryMismatchError, UnicodeDecodeError, AttributeError)


_GONE = (15, 16)
"""GPU_IS_LOST and RESET_REQUIRED: no further call will be answered."""


class Lost(Exception):  # noqa: N818
    """A GPU that went away between two calls."""

    @property
    def value(self) -> int:
        """NVML's number of the error."""
        return int(self.args[0])


def say(kind: str, content: object) -> None:
    """One answer, at once: what follows may hang."""
    sys.stdout.write(json.dumps({kind: content}) + "\n")
    sys.stdout.flush()


def ask(call: Callable[..., T], *arguments: object) -> T | None:
    """The answer of one call, None where NVML refuses it. Raises Lost where the GPU is gone."""
    try:
        return call(*arguments)
    except _REFUSALS as error:
        if code(error) in _GONE:
            raise Lost(code(error)) from None
        return None


def of_machine(call: Callable[..., T], *arguments: object) -> T | None:
    """The same of a call that is about no GPU, so that none is lost by its refusal."""
    try:
        return ask(call, *arguments)
    except Lost:
        return None


def text(ask: Callable[..., Any], call: Callable[..., Any], *arguments: object) -> str | None:
    """What a call answers by `ask`, whatever its encoding: pynvml refuses a name that is not UTF-8."""
    found = ask(inspect.unwrap(call), *arguments)
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else found


def code(error: BaseException) -> int:
    """NVML's number of an error; 999 (unknown) where it has none."""
    return int(getattr(error, "value", 999))


def memory(handle: Any) -> dict[str, int | None]:
    """Total, used and free bytes. Version 2 of the call leaves the driver's reserve out of what is used."""
    unknown: dict[str, int | None] = {"total": None, "used": None, "free": None}
    version = getattr(pynvml, "nvmlMemory_v2", None)
    answer = ask(pynvml.nvmlDeviceGetMemoryInfo, handle, version) if version else None
    answer = answer or ask(pynvml.nvmlDeviceGetMemoryInfo, handle)
    if answer is None or not answer.total:  # 0 in all: a part whose memory is the system's
        return unknown
    return {"total": int(answer.total), "used": int(answer.used), "free": int(answer.free)}


def is_unified(handle: Any) -> bool:
    """Whether the memory call is refused as not supported: GPU and CPU share one memory."""
    try:
        return not bool(pynvml.nvmlDeviceGetMemoryInfo(handle).total)
    except _REFUSALS as error:
        if code(error) in _GONE:
            raise Lost(code(error)) from None
        return code(error) == int(pynvml.NVML_ERROR_NOT_SUPPORTED)


def processes(handle: Any) -> list[dict[str, Any]]:
    """Who holds memory: pid, program name (never its arguments), bytes or None."""
    found: dict[int, dict[str, Any]] = {}
    for call in (pynvml.nvmlDeviceGetComputeRunningProcesses, pynvml.nvmlDeviceGetGraphicsRunningProcesses):
        for process in ask(call, handle) or []:
            used = process.usedGpuMemory
            row = {
                "pid": process.pid,
                "name": program(process.pid),
                "used": None if used is None else int(used),
            }
            found.setdefault(process.pid, row)
    return list(found.values())


def program(pid: int) -> str | None:
    """The program's name, from /proc or from NVML; arguments are left out, they can hold secrets."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text(errors="replace").strip() or None
    words = (text(of_machine, pynvml.nvmlSystemGetProcessName, pid) or "").split()
    return Path(words[0]).name[:40] if words else None


def migs(handle: Any) -> list[dict[str, Any]] | None:
    """The MIG instances of a GPU, one for each GPU instance; None where MIG is off or absent."""
    mode = ask(pynvml.nvmlDeviceGetMigMode, handle)
    if not mode or not mode[0]:
        return None
    found: dict[int, dict[str, Any]] = {}
    for slot in range(ask(pynvml.nvmlDeviceGetMaxMigDeviceCount, handle) or 0):
        instance = ask(pynvml.nvmlDeviceGetMigDeviceHandleByIndex, handle, slot)
        if instance is None:
            continue
        group = ask(pynvml.nvmlDeviceGetGpuInstanceId, instance)
        found.setdefault(slot if group is None else int(group), describe(instance, mig=True))
    return list(found.values())


def describe(handle: Any, *, mig: bool = False) -> dict[str, Any]:
    """All that NVML says of one device."""
    held = memory(handle)
    capability = None if mig else ask(pynvml.nvmlDeviceGetCudaComputeCapability, handle)
    row: dict[str, Any] = {
        "name": text(ask, pynvml.nvmlDeviceGetName, handle),
        "uuid": text(ask, pynvml.nvmlDeviceGetUUID, handle),
        **held,
        "capability": list(capability) if capability else None,
        "unified": not mig and held["total"] is None and is_unified(handle),
        "processes": processes(handle),
    }
    if not mig:
        found = migs(handle)
        row |= {"mig": found or [], "mig_mode": found is not None}
    return row


def use(index: int) -> dict[str, Any] | None:
    """Who holds how much of one GPU now; None where it does not answer."""
    try:
        handle = pynvml.nvmlDeviceGetHandleByIndex(index)
        held = memory(handle)
        return {
            "index": index, "uuid": text(ask, pynvml.nvmlDeviceGetUUID, handle), "total": held["total"],
            "used": held["used"], "processes": processes(handle),
        }  # fmt: skip
    except (*_REFUSALS, Lost):
        return None


def watch(seconds: float) -> None:
    """Print the use of every GPU again and again, until who reads it closes stdin."""
    try:
        pynvml.nvmlInit()
        count = pynvml.nvmlDeviceGetCount()
    except _REFUSALS:
        return
    while True:
        say("sample", [one for index in range(count) if (one := use(index)) is not None])
        if select.select([sys.stdin], [], [], seconds)[0]:
            return


def main() -> None:
    """Print the driver's versions, then a line for each GPU, or the code of the error that stopped it."""
    try:
        pynvml.nvmlInit()
    except _REFUSALS as error:
        say("failed", code(error))
        return
    version = of_machine(pynvml.nvmlSystemGetCudaDriverVersion_v2)
    cuda = f"{version // 1000}.{version % 1000 // 10}" if version else None
    say("driver", {"driver": text(of_machine, pynvml.nvmlSystemGetDriverVersion), "cuda": cuda})
    try:
        count = pynvml.nvmlDeviceGetCount()
    except _REFUSALS as error:
        say("failed", code(error))
        return
    for index in range(count):
        try:
            say("gpu", {"index": index, **describe(pynvml.nvmlDeviceGetHandleByIndex(index))})
        except (*_REFUSALS, Lost) as error:
            say("lost", {"index": index, "code": code(error)})
    say("done", True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--watch"]:
        watch(float(sys.argv[2]))
    else:
        main()
