"""The GPUs a plan is for: probed, recorded, or named by the person. Unknown is None, never 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Origin = Literal["probed", "recorded", "named"]


@dataclass(frozen=True, slots=True)
class Process:
    """A process that holds memory on a GPU; `used_bytes` is None where the driver does not say."""

    pid: int
    name: str | None
    used_bytes: int | None


@dataclass(frozen=True, slots=True)
class Gpu:
    """One device as CUDA numbers it: a whole GPU or a MIG instance. Memory in bytes.

    `compute_capability` is NVIDIA's (major, minor), `architecture` LLVM's name of an AMD part (`gfx942`). What follows
    from them is told by the properties, each None where they are unknown.
    """

    index: int
    name: str
    uuid: str | None = None
    total_bytes: int | None = None
    used_bytes: int | None = None
    free_bytes: int | None = None
    compute_capability: tuple[int, int] | None = None
    processes: tuple[Process, ...] = ()
    vendor: Literal["nvidia", "amd"] = "nvidia"
    architecture: str | None = None
    mig: bool = False
    unified: bool = False
    catalogue: str | None = None

    def _at_least(self, major: int, minor: int = 0) -> bool | None:
        if self.vendor == "amd":  # torch says bf16 of every part that HIP runs on; the rest is not known here
            return True if (major, minor) == (8, 0) else None
        return None if self.compute_capability is None else self.compute_capability >= (major, minor)

    @property
    def bf16(self) -> bool | None:
        """Whether bf16 runs in hardware: Ampere (8.0) and later."""
        return self._at_least(8)

    @property
    def tf32(self) -> bool | None:
        """Whether fp32 products may use TF32 tensor cores: Ampere (8.0) and later."""
        return self._at_least(8)

    @property
    def fp8(self) -> bool | None:
        """Whether Axolotl lets `fp8: true` through: 9.0 and later (0.19 refuses Ada's 8.9)."""
        return self._at_least(9)

    @property
    def flash_attention_2(self) -> bool | None:
        """Whether the FlashAttention-2 library runs: Ampere (8.0) and later."""
        return self._at_least(8)

    @property
    def flash_attention_3(self) -> bool | None:
        """Whether FlashAttention-3 runs: Hopper (9.x) only."""
        if self.vendor == "amd":
            return False
        return None if self.compute_capability is None else self.compute_capability[0] == 9

    @property
    def shared(self) -> bool:
        """Whether somebody's process holds memory here."""
        return bool(self.processes)


@dataclass(frozen=True, slots=True)
class Machine:
    """The GPUs, the driver and what the environment says of the allocator.

    `torch_version` is that of the environment Axolotl will run in, None when not known.
    `environment` holds only the variables that bear on memory (allocator settings), never others.
    `notes` are sentences for the person: why something is unknown.
    `gpus` are those of all nodes together; each node has the same number of them, and host memory of its own:
    `host_total_bytes` of it, `host_free_bytes` of these now, both within the limits of a container.
    """

    gpus: tuple[Gpu, ...] = ()
    origin: Origin = "probed"
    name: str | None = None
    driver: str | None = None
    cuda: str | None = None
    torch_version: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    nodes: int = 1
    host_total_bytes: int | None = None
    host_free_bytes: int | None = None

    @property
    def without_gpu(self) -> bool:
        """Whether it was looked at and shows no GPU: what is started on it trains on the CPU."""
        return self.origin == "probed" and not self.gpus

    @property
    def count(self) -> int:
        """How many GPUs one run would use; 1 when none is known."""
        return max(1, len(self.gpus))

    @property
    def free_bytes(self) -> int | None:
        """Bytes free on the fullest GPU, which decides for all; None if any is unknown."""
        free = [gpu.free_bytes for gpu in self.gpus]
        if not free or any(value is None for value in free):
            return None
        return min(value for value in free if value is not None)

    @property
    def total_bytes(self) -> int | None:
        """Bytes of the smallest GPU; None if any is unknown."""
        totals = [gpu.total_bytes for gpu in self.gpus]
        if not totals or any(value is None for value in totals):
            return None
        return min(value for value in totals if value is not None)

    @property
    def compute_capability(self) -> tuple[int, int] | None:
        """The lowest capability among the GPUs, None if any is unknown."""
        found = [gpu.compute_capability for gpu in self.gpus]
        if not found or any(value is None for value in found):
            return None
        return min(value for value in found if value is not None)

    def _all(self, ability: str) -> bool | None:
        answers = [getattr(gpu, ability) for gpu in self.gpus]
        if False in answers:
            return False
        return None if not answers or None in answers else True

    @property
    def bf16(self) -> bool | None:
        """Whether every GPU has bf16; None when no machine is known."""
        return self._all("bf16")

    @property
    def fp8(self) -> bool | None:
        """Whether every GPU passes Axolotl's fp8 check."""
        return self._all("fp8")

    @property
    def flash_attention_2(self) -> bool | None:
        """Whether FlashAttention-2 runs on every GPU."""
        return self._all("flash_attention_2")

    def only(self, index: int) -> Machine:
        """The same machine seen as the one GPU with this CUDA index."""
        return replace(self, gpus=tuple(gpu for gpu in self.gpus if gpu.index == index), nodes=1)

    @property
    def title(self) -> str:
        """A short name for a heading: `RTX 4090`, `2× A100-SXM4-80GB` or, of four nodes, `4 × 8× H100`."""
        if not self.gpus:
            return "no GPU known"
        names = {gpu.name for gpu in self.gpus}
        first = self.gpus[0].name.removeprefix("NVIDIA ").removeprefix("GeForce ")
        if len(self.gpus) == 1:
            return first
        each = len(self.gpus) // max(1, self.nodes)
        over = f"{self.nodes} × " if self.nodes > 1 else ""
        return f"{over}{each}× {first}" if len(names) == 1 else f"{over}{each} GPUs"
