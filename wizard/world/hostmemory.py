"""The host's memory as the kernel tells it: all of it, and what a new program can have, container limits included.

Sources: Linux Documentation/filesystems/proc.rst (MemAvailable: an estimate of what can be had without swapping),
admin-guide/cgroup-v2.rst (memory.max, memory.current, memory.stat) and cgroup-v1/memory.rst.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

_KIB = 1024
_V2 = ("memory.max", "memory.current", "inactive_file")
_V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
_NO_LIMIT = 2**60
"""Cgroup v1 writes a number near 2^63 where there is no limit."""


def threads(environment: Mapping[str, str] | None = None) -> int:
    """With how many threads a process computes: as OMP_NUM_THREADS says, else one for each processor it may use."""
    named = (os.environ if environment is None else environment).get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    if named.isdecimal() and int(named) > 0:
        return int(named)
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 1


def host_memory(root: Path = Path("/")) -> dict[str, int] | None:
    """Bytes by `total`, `available` and `free` (of caches too), or None where the kernel tells none. Never raises."""
    rows = _rows(_text(root / "proc/meminfo"))
    total, available = rows.get("MemTotal"), rows.get("MemAvailable")
    if not total or available is None:
        return None
    free = rows.get("MemFree", available) * _KIB
    total, available = total * _KIB, available * _KIB
    for limit, left in _limits(root):
        total, available = min(total, limit), min(available, left)
    return {"total": total, "available": max(0, available), "free": max(0, min(free, available))}


def _limits(root: Path) -> list[tuple[int, int]]:
    """The limit of each cgroup that this process is in, up to the root, and what is left under it."""
    found = []
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" and not controllers:
            found += _of(root / "sys/fs/cgroup", path, _V2)
        elif "memory" in controllers.split(","):
            found += _of(root / "sys/fs/cgroup/memory", path, _V1)
    return found


def _of(mount: Path, path: str, names: tuple[str, str, str]) -> list[tuple[int, int]]:
    """In a container the path is the host's while the mount shows the container's own: then the mount alone counts."""
    found = []
    parts = [part for part in PurePosixPath(path).parts if part not in ("/", "..")]
    for depth in range(len(parts) + 1):
        folder = mount.joinpath(*parts[:depth])
        limit, used = (_number(_text(folder / name)) for name in names[:2])
        if limit is None or limit >= _NO_LIMIT:
            continue
        cache = _rows(_text(folder / "memory.stat")).get(names[2], 0)
        found.append((limit, limit - max(0, (used or 0) - cache)))
    return found


def _rows(text: str) -> dict[str, int]:
    """`Name: 12 kB` and `name 12` as they stand."""
    words = (line.replace(":", " ").split() for line in text.splitlines())
    return {row[0]: int(row[1]) for row in words if len(row) > 1 and row[1].isdecimal()}


def _number(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
