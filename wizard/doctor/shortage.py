"""The figures of an out-of-memory text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = {
    "byte": 1, "bytes": 1, "B": 1, "kB": 2**10, "KB": 2**10, "KiB": 2**10, "MB": 2**20, "MiB": 2**20, "GB": 2**30,
    "GiB": 2**30, "TB": 2**40, "TiB": 2**40,
}  # fmt: skip
"""torch wrote MB and GB for powers of two until 1.9, and the kernel writes kB for KiB."""
_SIZE = r"([\d.,]{1,20})\s?(bytes?|[kKMGT]i?B|B)"
_FIGURES = {
    "asked": re.compile(rf"(?:[Tt]ried to allocate|Failed to CUDA [cm]alloc(?: async)?|Unable to allocate) {_SIZE}"),
    "capacity": re.compile(rf"total capac\w{{0,3}}ty of {_SIZE}|; {_SIZE} total capacity"),
    "free": re.compile(rf"of which {_SIZE} is free|; {_SIZE} free"),
    "process": re.compile(rf"this process has {_SIZE} memory in use"),
    "allowed": re.compile(rf"{_SIZE} allowed;"),
    "allocated": re.compile(rf"Of the allocated memory {_SIZE} is allocated by PyTorch|; {_SIZE} already allocated"),
    "idle": re.compile(rf"{_SIZE} is reserved by PyTorch but unallocated"),
    "reserved": re.compile(rf"; {_SIZE} reserved in total by PyTorch"),
    "killed": re.compile(r"anon-rss:([\d.,]{1,20})\s?(kB)"),
}
_OTHERS = re.compile(rf"Process (\d{{1,10}}) has {_SIZE} memory in use")
_DEVICE = re.compile(r"\(?GPU (\d{1,3})[ ;]")
_MOST = 2**44
"""Bytes that no GPU has: a driver that counts below zero says 2^64."""
_WIDEST = 4000
"""Characters of a line that are looked through: no text of torch's is longer."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """What a text says of memory, in bytes; None where it says nothing.

    `process`: what this one holds, CUDA's context included. `idle`: reserved by PyTorch but unallocated. `allowed`: the
    share of the GPU that it may have. `others`: of each other process. `killed`: of one that the kernel killed.
    `device`: the GPU's number.
    """

    asked: int | None = None
    capacity: int | None = None
    free: int | None = None
    process: int | None = None
    allowed: int | None = None
    allocated: int | None = None
    idle: int | None = None
    killed: int | None = None
    others: tuple[int, ...] = ()
    device: int | None = None

    @property
    def reached(self) -> int | None:
        """What was allocated, and asked for on top of it."""
        return None if self.allocated is None or self.asked is None else self.allocated + self.asked

    @property
    def of_others(self) -> int:
        """Bytes that other processes hold, as far as the text tells."""
        if self.others:
            return sum(self.others)
        if self.capacity is None or self.free is None or self.process is None:
            return 0
        return max(0, self.capacity - self.free - self.process)


def shortage(text: str) -> Shortage | None:
    """The figures that a text has; None where it has none."""
    text = text[:_WIDEST]
    found = {name: _bytes(pattern.search(text)) for name, pattern in _FIGURES.items()}
    reserved = found.pop("reserved")
    if found["idle"] is None and reserved is not None and found["allocated"] is not None:
        found["idle"] = max(0, reserved - found["allocated"])
    processes = [one for one in (_size(match[2], match[3]) for match in _OTHERS.finditer(text)) if one is not None]
    device = _DEVICE.search(text)
    if all(value is None for value in found.values()) and not processes:
        return None
    most = found["capacity"] or _MOST
    held = (found["allocated"] or 0) + (found["idle"] or 0)
    if found["process"] is not None and not held * 0.98 <= found["process"] <= most:
        found["process"] = None  # in a container the driver may not tell a process what it holds itself
    processes = [one for one in processes if one <= most]
    others = _without_this(processes, found)
    if found["process"] is None and len(others) < len(processes):
        found["process"] = next(one for one in processes if others.count(one) < processes.count(one))
    return Shortage(**found, others=tuple(others), device=int(device[1]) if device else None)


def _without_this(processes: list[int], found: dict[str, int | None]) -> list[int]:
    """The processes but for this one.

    In a container the driver's numbers are not the process's own, so that torch lists this one among them: it is the
    smallest that holds what PyTorch has reserved.
    """
    if found["process"] is not None or found["allocated"] is None:
        return processes
    held = found["allocated"] + (found["idle"] or 0)
    fitting = sorted(one for one in processes if one >= held * 0.98)
    if not fitting:
        return processes
    left = list(processes)
    left.remove(fitting[0])
    return left


def _bytes(match: re.Match[str] | None) -> int | None:
    if match is None:
        return None
    given = [one for one in match.groups() if one is not None]
    return _size(given[0], given[1] if len(given) > 1 else "bytes")


def _size(number: str, unit: str) -> int | None:
    try:
        return int(float(number.replace(",", "")) * _UNITS[unit])
    except (ValueError, KeyError, OverflowError):
        return None
