"""What the kernel says of the host's memory, in and out of containers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wizard.world.hostmemory import host_memory, threads

GIB = 2**30
MEMINFO = "MemTotal:  67108864 kB\nMemFree: 8388608 kB\nMemAvailable:  33554432 kB\nHugePages_Total:  0\n"


def put(root: Path, **files: str) -> Path:
    for name, text in {"proc/meminfo": MEMINFO, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_without_limits_it_is_what_the_kernel_says_is_available(tmp_path: Path) -> None:
    found = host_memory(put(tmp_path, **{"proc/self/cgroup": "0::/user.slice\n"}))
    assert found == {"total": 64 * GIB, "available": 32 * GIB, "free": 8 * GIB}


@pytest.mark.parametrize("path", ["", "/pod/box"], ids=["own namespace", "the host's path"])
def test_a_container_of_version_2_has_what_its_limit_leaves(tmp_path: Path, path: str) -> None:
    files = {
        "memory.max": f"{16 * GIB}\n",
        "memory.current": f"{10 * GIB}\n",
        "memory.stat": f"inactive_file {4 * GIB}\n",
    }
    found = host_memory(
        put(
            tmp_path,
            **{"proc/self/cgroup": f"0::{path or '/'}\n"} | {f"sys/fs/cgroup{path}/{k}": v for k, v in files.items()},
        )
    )
    assert found == {"total": 16 * GIB, "available": 10 * GIB, "free": 8 * GIB}


def test_the_tightest_of_nested_limits_counts(tmp_path: Path) -> None:
    limits = {"sys/fs/cgroup/job/memory.max": str(4 * GIB), "sys/fs/cgroup/job/step/memory.max": "max"}
    found = host_memory(put(tmp_path, **{"proc/self/cgroup": "0::/job/step\n"}, **limits))
    assert found == {"total": 4 * GIB, "available": 4 * GIB, "free": 4 * GIB}


def test_version_1(tmp_path: Path) -> None:
    where = "sys/fs/cgroup/memory/"
    mine = {"memory.limit_in_bytes": f"{8 * GIB}\n", "memory.usage_in_bytes": f"{GIB}\n"}
    lines = {"proc/self/cgroup": "11:cpu,cpuacct:/x\n9:memory:/docker/abc\n"}
    found = host_memory(put(tmp_path, **lines, **{where + name: text for name, text in mine.items()}))
    assert found == {"total": 8 * GIB, "available": 7 * GIB, "free": 7 * GIB}
    put(tmp_path, **{where + "memory.limit_in_bytes": "9223372036854771712"})
    assert (host_memory(tmp_path) or {})["total"] == 64 * GIB


@pytest.mark.parametrize("text", ["", "MemTotal: much\n", "MemTotal: 12 kB\n"])
def test_what_is_not_told_is_unknown(tmp_path: Path, text: str) -> None:
    assert host_memory(put(tmp_path, **{"proc/meminfo": text})) is None


@pytest.mark.parametrize(
    ("named", "count"), [("3", 3), ("4,2", 4), (" 5 ", 5), ("", None), ("0", None), ("many", None)]
)
def test_threads_are_those_that_are_named_or_as_many_as_processors(named: str, count: int | None) -> None:
    found = threads({"OMP_NUM_THREADS": named})
    assert found == (len(os.sched_getaffinity(0)) if count is None else count)
