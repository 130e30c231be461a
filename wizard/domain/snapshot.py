"""A snapshot of a GPU's memory, as torch dumps one: who asked for how much, and when."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

Frame = tuple[str, str]
"""A call: the path of its file, and the function."""
ALLOC, FREE, RESERVE, OOM = 0, 1, 2, 3


@dataclass(frozen=True)
class Snapshot:
    """What the allocator did, in order, and what was there at the end.

    `stacks`: each the innermost call first; the number of one is its place. `kinds`: of each event ALLOC, FREE, RESERVE
    or OOM; `sizes`: its bytes (of RESERVE what is added, below zero what is given back; of OOM what was asked for);
    `who`: the number of the stack that asked for the memory. `live`, `reserved`: bytes in use by stack, and in all, at
    the end. `free`: bytes that the device had free at the last OOM.
    """

    stacks: tuple[tuple[Frame, ...], ...]
    kinds: array[int]
    sizes: array[int]
    who: array[int]
    live: dict[int, int]
    reserved: int
    free: int | None = None
