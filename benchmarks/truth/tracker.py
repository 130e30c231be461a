"""Accounting of device memory: which storages live when, how large they are, and who made them.

``MemoryTracker`` is a ``TorchDispatchMode`` that sits above ``FakeTensorMode``. It looks at every tensor an
operator returns, and for each storage it has not seen it notes a birth; a weak reference notes the death. This
is the method of ``torch.distributed._tools.mem_tracker``. Sizes are bytes, rounded up to 512 as PyTorch's
caching allocator rounds them (``kMinBlockSize`` in ``c10/cuda/CUDACachingAllocator``).

What it can't see: workspaces inside a kernel (cuBLAS, sort), the CUDA context, and fragmentation.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch.distributed.tensor import DTensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter

from .assumptions import Assumptions
from .engine import works_in_place
from .expansions import EXPANSIONS

BLOCK = 512
NEVER = 1 << 62


@dataclass(slots=True)
class Record:
    """One storage: ``size`` in bytes (rounded), birth and death as positions in the tracker's clock."""

    size: int
    birth: int
    phase: str
    op: str
    shape: tuple[int, ...]
    dtype: torch.dtype
    where: str
    kind: str | None = None
    death: int = NEVER


@dataclass(slots=True)
class Peak:
    """The largest number of bytes live at once, and the clock position where that was."""

    bytes: int = 0
    clock: int = -1


@dataclass(slots=True)
class _Entry:
    """A live storage: its record and the weak reference whose callback notes the death."""

    record: Record
    ref: weakref.ref = field(repr=False)


class MemoryTracker(TorchDispatchMode):
    """Counts live bytes while it is active; read ``current``, ``peak`` and ``phase_peaks`` afterwards."""

    def __init__(self, assumptions: Assumptions) -> None:
        super().__init__()
        self.assumptions = assumptions
        self.current = 0
        self.clock = 0
        self.peak = Peak()
        self.peak_phase = ""
        self.phase_peaks: dict[str, Peak] = {}
        self.records: list[Record] = []
        self.phase = "setup"
        self.where: Callable[[], str] | None = None
        self._live: dict[int, _Entry] = {}
        self._host: set[int] = set()
        self._on_host = False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if DTensor in types:
            return NotImplemented  # its own dispatch calls the operators on the part that is here
        if args and works_in_place(func, args[0], sys._getframe(1), self.assumptions):
            return args[0]
        if func in EXPANSIONS:
            with self:
                return EXPANSIONS[func](*args, **(kwargs or {}))
        out = func(*args, **(kwargs or {}))
        for leaf in tree_iter(out):
            if isinstance(leaf, torch.Tensor):
                self._see(leaf, func)
        return out

    def _see(self, tensor: torch.Tensor, func: Any) -> Record | None:
        if tensor.is_meta:
            return None
        storage = tensor.untyped_storage()
        key = storage._cdata
        entry = self._live.get(key)
        if entry is not None:
            return entry.record
        if key in self._host or storage.nbytes() == 0:
            return None
        if self._on_host:
            self._exclude(storage)
            return None
        size = -(-storage.nbytes() // BLOCK) * BLOCK
        where = self.where() if self.where else ""
        record = Record(size, self.clock, self.phase, str(func), tuple(tensor.shape), tensor.dtype, where)
        ref = weakref.ref(storage, lambda _, key=key: self._bury(key))
        self._live[key] = _Entry(record, ref)
        self.records.append(record)
        self._add(size)
        return record

    def _bury(self, key: int) -> None:
        entry = self._live.pop(key, None)
        if entry is not None:
            self._end(entry.record)

    def _end(self, record: Record) -> None:
        self.clock += 1
        record.death = self.clock
        self.current -= record.size

    def resized(self, storage: torch.UntypedStorage) -> None:
        """A storage that is counted already has another size from now on: its record ends and another begins."""
        entry = self._live.get(storage._cdata)
        if entry is None:
            return  # in host memory, or empty when it was seen: FSDP makes its buffers full and then empties them
        self._end(entry.record)
        size = -(-storage.nbytes() // BLOCK) * BLOCK
        entry.record = replace(entry.record, size=size, birth=self.clock, phase=self.phase, death=NEVER)
        self.records.append(entry.record)
        self._add(size)

    def _add(self, size: int) -> None:
        self.current += size
        for phase in (self.phase, self.phase.partition(":")[0]):
            peak = self.phase_peaks.setdefault(phase, Peak())
            if self.current > peak.bytes:
                peak.bytes, peak.clock = self.current, self.clock
        if self.current > self.peak.bytes:
            self.peak.bytes, self.peak.clock, self.peak_phase = self.current, self.clock, self.phase
        self.clock += 1

    def hold(self, tensors: Iterable[torch.Tensor], kind: str) -> None:
        """Count storages made before tracking (weights), or name the kind of storages already counted."""
        for tensor in tensors:
            record = self._see(tensor._local_tensor if isinstance(tensor, DTensor) else tensor, "held")
            if record is not None:
                record.kind = kind

    @contextmanager
    def on_host(self) -> Iterator[None]:
        """Storages born inside are in host memory in a real run (paged states, step counters): not counted."""
        before, self._on_host = self._on_host, True
        try:
            yield
        finally:
            self._on_host = before

    def _exclude(self, storage: torch.UntypedStorage) -> None:
        self._host.add(storage._cdata)
        # An address is used again after its storage dies.
        weakref.finalize(storage, self._host.discard, storage._cdata)

    @contextmanager
    def during(self, phase: str) -> Iterator[None]:
        """Charge what is born inside to ``phase``; ``bwd:recompute`` counts for ``bwd`` too."""
        before, self.phase = self.phase, phase
        # Entering counts: a phase's peak is at least what is live when it begins.
        peak = self.phase_peaks.setdefault(phase.partition(":")[0], Peak())
        if self.current > peak.bytes:
            peak.bytes, peak.clock = self.current, self.clock
        try:
            yield
        finally:
            self.phase = before

    def live(self, kind: str) -> int:
        """Bytes of one kind that are live now."""
        return sum(e.record.size for e in self._live.values() if e.record.kind == kind)

    def live_at(self, clock: int) -> list[Record]:
        """The storages live at a clock position, largest first."""
        alive = [r for r in self.records if r.birth <= clock < r.death]
        return sorted(alive, key=lambda r: -r.size)
