"""Which devices CUDA or HIP shows a program, and in which order: by their environment variables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from wizard.domain.machine import Gpu


def cuda_order(devices: Sequence[Gpu], environment: Mapping[str, str]) -> tuple[list[Gpu], list[str]]:
    """Devices in CUDA's order, from NVML's (by bus), and a note where that is only likely.

    With PCI_BUS_ID both orders agree. Otherwise CUDA puts the fastest first by a rule NVIDIA does not
    publish; the compute capability decides it in the cases that were reported. HIP's own numbers come with AMD's.
    """
    if any(gpu.vendor == "amd" for gpu in devices):
        return sorted(devices, key=lambda gpu: gpu.index), []
    if (
        environment.get("CUDA_DEVICE_ORDER") == "PCI_BUS_ID"
        or len({gpu.compute_capability if gpu.mig else gpu.name for gpu in devices}) < 2
    ):
        return list(devices), []
    ordered = sorted(devices, key=lambda gpu: gpu.compute_capability or (0, 0), reverse=True)
    note = "CUDA may number unlike GPUs otherwise than nvidia-smi; set CUDA_DEVICE_ORDER=PCI_BUS_ID to be sure"
    return ordered, [note]


def visible(devices: Sequence[Gpu], environment: Mapping[str, str]) -> tuple[list[Gpu], list[str]]:
    """The devices a program would see, numbered as it would number them, and a note of what is hidden.

    A variable is read as CUDA and torch 2.13 read it: an entry that names no device ends the list, one
    given twice empties it, UUIDs may be cut short, and the first entry's kind holds for the rest, but ROCm's.
    """
    chosen, notes = list(devices), []
    for variable in _variables(devices, environment):
        before, wanted = len(chosen), environment[variable]
        chosen = _chosen(chosen, wanted, mixed=variable == "ROCR_VISIBLE_DEVICES")
        if len(chosen) < before:
            notes.append(f"{variable}={wanted} shows {len(chosen)} of {before} devices")
    return [replace(gpu, index=number) for number, gpu in enumerate(chosen)], notes


def _variables(devices: Sequence[Gpu], environment: Mapping[str, str]) -> list[str]:
    """Those that count, in their order. ROCm's runtime hides first, then HIP of what is left; HIP takes CUDA's variable
    where its own is not set (ROCm, GPU isolation techniques; HIP environment variables)."""
    if not any(gpu.vendor == "amd" for gpu in devices):
        names = ["CUDA_VISIBLE_DEVICES"]
    elif "HIP_VISIBLE_DEVICES" in environment:
        names = ["ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"]
    else:
        names = ["ROCR_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"]
    return [name for name in names if name in environment]


def _chosen(devices: Sequence[Gpu], wanted: str, *, mixed: bool) -> list[Gpu]:
    entries = wanted.split(",")
    first = entries[0].strip()
    by_name = first.startswith(("GPU-", "MIG-"))
    found: list[Gpu] = []
    for entry in entries:
        text = entry.strip()
        if text.startswith("GPU-") if mixed else by_name:
            gpu = _by_uuid(devices, text) if mixed or text.startswith(first[:4]) else None
        else:
            gpu = _by_number(devices, text)
        if gpu is None:
            break
        if gpu in found:
            return []
        found.append(gpu)
    return found


def _by_uuid(devices: Sequence[Gpu], prefix: str) -> Gpu | None:
    same = [gpu for gpu in devices if gpu.uuid and gpu.uuid.startswith(prefix)]
    return same[0] if len(same) == 1 else None


def _by_number(devices: Sequence[Gpu], text: str) -> Gpu | None:
    match = re.match(r"\+?(\d{1,9})", text)
    number = int(match[1]) if match else -1
    return devices[number] if 0 <= number < len(devices) else None
