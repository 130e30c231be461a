"""The JSON of `memwizard gpus`."""

from __future__ import annotations

from typing import Literal

from wizard.domain.units import capability
from wizard.knowledge.gpus import CatalogueGpu
from wizard.output.json.shape import RowShape


class CatalogueGpuOut(RowShape):
    """One GPU of the catalogue. `memory_bytes`: NVML's total; `cuda_bytes`: what a program can have of it, derived
    where it is not `cuda_known`. `unified`: its memory is the host's; a rate that is not published is null."""

    name: str
    title: str
    vendor: Literal["nvidia", "amd"]
    memory_bytes: int
    cuda_bytes: int
    cuda_known: bool
    unified: bool
    compute_capability: str | None
    bandwidth_gb_s: float | None
    bf16_tflops: float | None
    source: str
    date: str


def gpu_out(gpu: CatalogueGpu) -> CatalogueGpuOut:
    """A GPU of the catalogue as JSON."""
    return CatalogueGpuOut(
        name=gpu.name,
        title=gpu.title,
        vendor=gpu.vendor,
        memory_bytes=gpu.memory_bytes,
        cuda_bytes=gpu.cuda_bytes,
        cuda_known=gpu.cuda_known,
        unified=gpu.unified,
        compute_capability=capability(gpu.compute_capability),
        bandwidth_gb_s=gpu.bandwidth_gb_s,
        bf16_tflops=gpu.bf16_tflops,
        source=gpu.source,
        date=gpu.date,
    )
