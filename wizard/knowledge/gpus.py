"""The GPU catalogue, and machines that a person names: `rtx-4090`, `24GiB`, `2xa100-80gb`, `4x8xh100-80gb`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from wizard.domain.errors import InputError
from wizard.domain.machine import Gpu, Machine
from wizard.domain.nearest import did_you_mean
from wizard.domain.units import GIB, MIB
from wizard.knowledge.load import toml

MAX_GPUS = 1024
_OF_SIZE = "a GPU of "
_MOST_COUNTED = 16
"""A number alone up to this may be meant as one of GPUs: no machine has more."""


@dataclass(frozen=True, slots=True)
class CatalogueGpu:
    """One row of gpus.toml; its head comment explains each field. Memory in bytes.

    `cuda_bytes`: what a program can have of an idle one; `cuda_known`: somebody's CUDA said so, else it is derived.
    """

    name: str
    title: str
    vendor: Literal["nvidia", "amd"]
    memory_bytes: int
    cuda_bytes: int
    cuda_known: bool
    unified: bool
    compute_capability: tuple[int, int] | None
    architecture: str | None
    bandwidth_gb_s: float | None
    bf16_tflops: float | None
    fp16_tflops: float | None
    also: tuple[str, ...]
    source: str
    date: str

    def sold_with(self, gigabytes: int) -> bool:
        """Whether it is sold with so many GB: by its names, or by its memory, of which ECC takes a sixteenth."""
        named = {int(one) for text in (self.name, *self.also) for one in _SOLD.findall(text)}
        held = self.memory_bytes / GIB
        return not self.unified and (
            gigabytes in named if named else 0.99 * 15 / 16 * gigabytes <= held < gigabytes + 0.5
        )

    def device(self, index: int) -> Gpu:
        """The same as a device of a machine, with all that CUDA has of it free."""
        return Gpu(
            index=index,
            name=self.title,
            total_bytes=self.memory_bytes,
            used_bytes=0,
            free_bytes=self.cuda_bytes,
            compute_capability=self.compute_capability,
            vendor=self.vendor,
            architecture=self.architecture,
            unified=self.unified,
            catalogue=self.name,
        )


_SOLD = re.compile(r"(?<![a-z0-9])(\d+)gb\b")


def available(memory: int, *, unified: bool = False) -> int:
    """What CUDA has of a card whose own figure is not known, of the bytes that NVML tells.

    NVML's total less 2.5%, but not less than 512 MiB nor more than 1 GiB: of the cards with a known figure none loses
    more to the driver (8 GiB ones 382 MiB, T4 448, RTX 4090 483, A10G 546, A100 40GB 640, A100 80GB 882, B200 734).
    Of a memory that is the system's too, an eighth is left to it: not measured, a guess on the careful side.
    """
    if unified:
        return memory - memory // 8
    return memory - min(max(memory // 40, 512 * MIB), GIB)


@cache
def gpus() -> dict[str, CatalogueGpu]:
    """Every GPU of the catalogue by name."""
    return {row["name"]: _row(row) for row in toml("gpus")["gpu"]}


def _row(row: dict[str, object]) -> CatalogueGpu:
    capability = row.get("compute_capability")
    mebibytes = row.get("memory_mib", row.get("unified_mib"))
    assert isinstance(mebibytes, int)
    memory, unified, cuda = mebibytes * MIB, "unified_mib" in row, row.get("cuda_mib")
    version = str(capability).split(".") if capability else None
    return CatalogueGpu(
        name=str(row["name"]),
        title=str(row["title"]),
        vendor="amd" if row["vendor"] == "amd" else "nvidia",
        memory_bytes=memory,
        cuda_bytes=cuda * MIB if isinstance(cuda, int) else available(memory, unified=unified),
        cuda_known=isinstance(cuda, int),
        unified=unified,
        compute_capability=(int(version[0]), int(version[1])) if version else None,
        architecture=str(row["arch"]) if "arch" in row else None,
        bandwidth_gb_s=_number(row.get("bandwidth_gb_s")),
        bf16_tflops=_number(row.get("bf16_tflops")),
        fp16_tflops=_number(row.get("fp16_tflops")),
        also=tuple(str(name) for name in row.get("also", ()) or ()),  # type: ignore[attr-defined]
        source="; ".join(_sources(row)),
        date=str(row["date"]),
    )


def _sources(row: dict[str, object]) -> Iterator[str]:
    yield str(row["source"])
    yield f"memory: {row['memory_source']}"
    if "cuda_source" in row:
        yield f"of which CUDA has: {row['cuda_source']}"


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


@cache
def _spellings() -> dict[str, CatalogueGpu]:
    found: dict[str, CatalogueGpu] = {}
    for gpu in gpus().values():
        for name in (gpu.name, *gpu.also, gpu.title.lower(), gpu.title.lower().replace(" ", "-")):
            found.setdefault(name, gpu)
    return found


def catalogue_gpu(title: str, total_bytes: int | None) -> CatalogueGpu | None:
    """The row of a probed GPU by the name NVML gives and the memory nearest to it, or None."""
    same = [gpu for gpu in gpus().values() if gpu.title.lower() == title.lower()]
    if not same:
        return None
    return min(same, key=lambda gpu: abs(gpu.memory_bytes - (total_bytes or gpu.memory_bytes)))


_COUNTS = re.compile(r"(?:(\d{1,9})\s*[x×*]\s*)?(?:(\d{1,9})\s*[x×*]\s*)?(.+)", flags=re.IGNORECASE)


def named_machine(text: str) -> Machine:
    """The machine a person names: a catalogue name or a size, `N x` before it, several with commas.

    A card by its name has what CUDA gives of it. `48GB`, a size that cards are sold with, has what CUDA gives of the
    least of those; any other size by hand, as `48GiB`, is taken as what is free, to the byte.
    `4x8xh100-80gb` is four nodes of eight GPUs each; `rtx-4090+64GiB` has 64 GiB of host memory (of each node), which
    is unknown otherwise. Raises InputError with the nearest name for one that is not in
    the catalogue.
    """
    devices: list[Gpu] = []
    cards, plus, host = text.partition("+")
    nodes, parts = 1, cards.split(",")
    for part in parts:
        match = _COUNTS.fullmatch(part.strip())
        if match is None:
            raise _wrong(f"`{text}` names no GPU: write a name, a size (24GiB), 2xa100-80gb or 4x8xh100-80gb")
        count = int(match[1] or 1) * int(match[2] or 1)
        if not 1 <= count <= MAX_GPUS or len(devices) + count > MAX_GPUS:
            raise _wrong(f"`{text}`: between 1 and {MAX_GPUS} GPUs, please")
        if match[2]:
            nodes = int(match[1])
        if nodes > 1 and len(parts) > 1:
            raise _wrong(f"`{text}`: nodes are all alike, so 4x8xh100-80gb stands alone, without commas")
        devices += [_named(match[3].strip(), len(devices) + number) for number in range(count)]
    room = size_bytes(host.strip()) if plus else None
    if plus and room is None:
        raise _wrong(f"`{text}`: after the + stands the host memory of each machine, such as 64GiB")
    return Machine(tuple(devices), "named", text, nodes=nodes, host_total_bytes=room, host_free_bytes=room)


@cache
def _squashed() -> dict[str, CatalogueGpu]:
    """The same without what people leave out: `rtx3060ti`, `a10080gb`."""
    found: dict[str, CatalogueGpu] = {}
    for name, gpu in _spellings().items():
        found.setdefault(_squash(name), gpu)
    return found


def _squash(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _named(name: str, index: int) -> Gpu:
    if name.isdigit() and int(name) <= _MOST_COUNTED:
        raise _wrong(f"`{name}` may mean {name} GiB or {name} GPUs: write {name}GiB, or {name}xh100-80gb")
    total = size_bytes(name)
    row = _spellings().get(name.lower()) or (None if name.isdigit() else _squashed().get(_squash(name)))
    if row is not None:
        return row.device(index)
    if total is None:
        for none in toml("gpus")["none"]:
            if re.fullmatch(none["pattern"], _squash(name)):
                raise _wrong(f"there is no GPU '{name}' in the catalogue: {none['why']}")
        near = did_you_mean(name, _spellings())
        raise _wrong(f"there is no GPU '{name}' in the catalogue.{near} A size such as 24GiB works too")
    if not 0 < total < 2**60:
        raise _wrong(f"a GPU of {name[:40]} is none")
    free, kin = total, sold_as(name)
    if kin:
        total, free = kin[0].memory_bytes, kin[0].cuda_bytes
    return Gpu(index=index, name=f"{_OF_SIZE}{name}", total_bytes=total, used_bytes=0, free_bytes=free)


def typed_size(gpu: Gpu) -> str | None:
    """The size that somebody wrote in place of a name: "48GB"."""
    return gpu.name.removeprefix(_OF_SIZE) if gpu.catalogue is None and gpu.name.startswith(_OF_SIZE) else None


def sold_as(typed: str) -> tuple[CatalogueGpu, ...]:
    """The cards that are sold with a size as people say it (`48GB`, `48`), the least for a program first; none for
    another size, nor for one to the byte (`48GiB`).
    """
    said = re.fullmatch(r"(\d{1,4})\s*(?:gb?)?", typed, flags=re.IGNORECASE)
    return sold_with(int(said[1])) if said else ()


@lru_cache(maxsize=64)
def sold_with(gigabytes: int) -> tuple[CatalogueGpu, ...]:
    """The cards that are sold with so many GB, the least for a program first; none where no card has about that."""
    found = [gpu for gpu in gpus().values() if gpu.sold_with(gigabytes)]
    near = any(abs(gpu.memory_bytes / GIB - gigabytes) <= gigabytes / 64 + 0.1 for gpu in found)
    return tuple(sorted(found, key=lambda gpu: gpu.cuda_bytes)) if near else ()


def size_bytes(text: str) -> int | None:
    """A size: `24GiB`, `24` (GiB), `24564MiB`, `24GB`; None where it is none."""
    size = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(gib|gb|g|mib|mb)?", text, flags=re.IGNORECASE)
    if size is None or not (size[2] or float(size[1]) <= 1000):
        return None
    unit = {"gib": GIB, "g": GIB, "gb": 10**9, "mib": MIB, "mb": 10**6}[(size[2] or "gib").lower()]
    return int(min(float(size[1]) * unit, 2.0**60))


def _wrong(sentence: str) -> InputError:
    return InputError(sentence, about="gpu")
