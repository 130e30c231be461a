"""The JSON of `memwizard probe`."""

from __future__ import annotations

from wizard.domain.machine import Gpu, Machine
from wizard.domain.units import capability
from wizard.output.json.shape import LineShape, Shape


class ProcessOut(Shape):
    """A process that holds memory on a GPU."""

    pid: int
    name: str | None
    used_bytes: int | None


class ProbedGpuOut(Shape):
    """One device as CUDA numbers it."""

    index: int
    uuid: str | None
    name: str
    total_bytes: int | None
    used_bytes: int | None
    free_bytes: int | None
    compute_capability: str | None
    bf16: bool | None
    fp8: bool | None
    tf32: bool | None
    flash_attention_2: bool | None
    flash_attention_3: bool | None
    mig: bool
    processes: list[ProcessOut]


class ProbeOut(LineShape):
    """The line of `memwizard probe --json`. Host memory within the limits of the container."""

    driver: str | None
    cuda: str | None
    gpus: list[ProbedGpuOut]
    notes: list[str]
    host_total_bytes: int | None
    host_free_bytes: int | None


def probe_out(machine: Machine) -> ProbeOut:
    """A machine as JSON."""
    return ProbeOut(
        driver=machine.driver,
        cuda=machine.cuda,
        gpus=[_probed(gpu) for gpu in machine.gpus],
        notes=list(machine.notes),
        host_total_bytes=machine.host_total_bytes,
        host_free_bytes=machine.host_free_bytes,
    )


def _probed(gpu: Gpu) -> ProbedGpuOut:
    return ProbedGpuOut(
        index=gpu.index,
        uuid=gpu.uuid,
        name=gpu.name,
        total_bytes=gpu.total_bytes,
        used_bytes=gpu.used_bytes,
        free_bytes=gpu.free_bytes,
        compute_capability=capability(gpu.compute_capability),
        bf16=gpu.bf16,
        fp8=gpu.fp8,
        tf32=gpu.tf32,
        flash_attention_2=gpu.flash_attention_2,
        flash_attention_3=gpu.flash_attention_3,
        mig=gpu.mig,
        processes=[ProcessOut(pid=p.pid, name=p.name, used_bytes=p.used_bytes) for p in gpu.processes],
    )
