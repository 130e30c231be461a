"""Settings of allocators: PyTorch's, which Axolotl makes for a torch version, the C library's and Arrow's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wizard.domain.version import Version
from wizard.knowledge.axolotl.settings import allocator, oldest_torch

VARIABLES = ("PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF")
"""The environment variables that configure PyTorch's CUDA allocator; the first from torch 2.9."""

LIBRARY = ("MALLOC_MMAP_THRESHOLD_", str(64 * 1024))
"""What has glibc's malloc give back what is freed, for a run on the CPU: blocks from this size on are mapped each.

Left alone, it takes ever larger blocks (up to 32 MiB) from its heap once one of that size was freed, and keeps the
holes (glibc manual, "Malloc Tunable Parameters", M_MMAP_THRESHOLD): 15 to 20% more at the peak of a step
(`scripts.weighed`). A step takes about 1.3 times as long, with 64 as with 256 KiB; with 256 KiB keys, values and
gradients of small models still come of the heap, which then grows with each micro batch (docs/estimate.md).
"""

ARROW = ("ARROW_DEFAULT_MEMORY_POOL", "system")
"""What has Arrow, by which data are read and prepared, take its memory from the C library, beside `LIBRARY`.

Its own pool keeps what it freed to the end of the run: 3.1 MB after 12 rows, 5.2 after 300, 19.4 after 4,000 (1 MB of
JSON), and 1.0 and 2.9 MB with this (pyarrow 26.0, datasets 5.0, Axolotl 0.21, `load_datasets` in a bare process, twice
each). Source: Arrow's documentation, "Environment Variables".
"""


def library_chosen(environment: Mapping[str, str]) -> str | None:
    """The variable by which a person has settings of malloc of their own, or another malloc; None where there is none.

    Sources: mallopt(3), ld.so(8), and the glibc manual, "Memory Allocation Tunables".
    """
    for name, value in sorted(environment.items()):
        if name.startswith("MALLOC_") or (name == "LD_PRELOAD" and value.strip()):
            return name
        if name == "GLIBC_TUNABLES" and "malloc" in value:
            return name
    return None


@dataclass(frozen=True, slots=True)
class AllocatorSetting:
    """An environment variable and the value Axolotl gives it."""

    variable: str
    value: str


def axolotl_setting(torch_version: str | None, version: Version) -> AllocatorSetting | None:
    """What `axolotl train` would set where the person has set nothing; None before torch 2.2.

    Without a known torch, the oldest that this Axolotl takes is meant. Source: axolotl 0.19.0 utils/__init__.py:81.
    """
    match = re.match(r"(\d+)\.(\d+)", torch_version or "") or re.match(r"(\d+)\.(\d+)", oldest_torch(version))
    found = allocator((int(match[1]), int(match[2]))) if match else None
    return AllocatorSetting(*found) if found else None
