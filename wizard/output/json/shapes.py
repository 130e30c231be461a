"""The JSON that goes out, as pydantic models: `docs/json.md` and its schemas are made from these."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

from wizard.domain.estimate import Component, Estimate, Phase, Range
from wizard.domain.finding import Finding
from wizard.domain.machine import Gpu, Machine
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE
from wizard.output.text.snippet import Place
from wizard.review import Review


class Shape(BaseModel):
    """What goes out is complete, and nothing else goes out."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BytesOut(Shape):
    """A range of bytes."""

    low: int
    likely: int
    high: int


class ModelOut(Shape):
    """The model an estimate is for. `stored_bytes`, of the checkpoint's tensors, is left out where it is not known."""

    id: str
    parameters: int
    trainable: int
    exact: bool
    stored_bytes: int | None = None

    @model_serializer(mode="wrap")
    def _known(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        found: dict[str, Any] = handler(self)
        return found if self.stored_bytes is not None else {key: found[key] for key in found if key != "stored_bytes"}


class GpuOut(Shape):
    """The fullest GPU an estimate is compared with; `count` are those of all `nodes` together."""

    name: str
    count: int
    nodes: int
    total_bytes: int | None
    free_bytes: int | None
    compute_capability: str | None


class CauseOut(Shape):
    """A reason why `allocated_bytes` is a range: bytes it may take away and add."""

    name: str
    less: int
    more: int


class EstimateOut(Shape):
    """One line of `memwizard estimate --json`."""

    config: str
    model: ModelOut
    gpu: GpuOut | None
    fit: Literal["fits", "tight", "over", "unknown"]
    allocated_bytes: BytesOut
    device_bytes: BytesOut
    nvidia_smi_bytes: int
    peak_phase: Phase
    phases: dict[Phase, int]
    components: dict[Component, int]
    assumptions: list[str]
    warnings: list[str]
    host_bytes: dict[str, int]
    causes: list[CauseOut]


class FixOut(Shape):
    """A change of fields; null takes a key out."""

    changes: dict[str, Any]
    safety: Literal["safe", "unsafe"]
    saves_bytes: int | None


class FindingOut(Shape):
    """One finding."""

    code: str
    name: str
    severity: Literal["error", "warning", "hint"]
    message: str
    fields: list[str]
    line: int | None
    column: int | None
    fix: FixOut | None
    source: str


class CheckOut(Shape):
    """One line of `memwizard check --format json`."""

    config: str
    findings: list[FindingOut]
    estimate: EstimateOut | None


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


class ProbeOut(Shape):
    """The line of `memwizard probe --json`."""

    driver: str | None
    cuda: str | None
    gpus: list[ProbedGpuOut]
    notes: list[str]


def capability(value: tuple[int, int] | None) -> str | None:
    """`"8.9"`."""
    return None if value is None else f"{value[0]}.{value[1]}"


def probe_out(machine: Machine) -> ProbeOut:
    """A machine as JSON."""
    return ProbeOut(
        driver=machine.driver,
        cuda=machine.cuda,
        gpus=[_probed(gpu) for gpu in machine.gpus],
        notes=list(machine.notes),
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


def _range(value: Range) -> BytesOut:
    return BytesOut(low=value.low, likely=value.likely, high=value.high)


def estimate_out(config: str, review: Review, model: Model, estimate: Estimate) -> EstimateOut:
    """A review's estimate as JSON."""
    machine = review.machine
    gpu = None
    if machine is not None and machine.gpus:
        fullest = min(machine.gpus, key=lambda one: one.free_bytes if one.free_bytes is not None else 0)
        gpu = GpuOut(
            name=fullest.name,
            count=machine.count,
            nodes=machine.nodes,
            total_bytes=fullest.total_bytes,
            free_bytes=machine.free_bytes,
            compute_capability=capability(machine.compute_capability),
        )
    return EstimateOut(
        config=config,
        model=ModelOut(
            id=model.id,
            parameters=model.parameters,
            trainable=estimate.trainable,
            exact=model.exact,
            stored_bytes=model.stored_bytes,
        ),
        gpu=gpu,
        fit=review.fit,
        allocated_bytes=_range(estimate.allocated),
        device_bytes=_range(estimate.device),
        nvidia_smi_bytes=estimate.nvidia_smi_bytes,
        peak_phase=estimate.peak_phase,
        phases=dict(estimate.phases),
        components=dict(estimate.components),
        host_bytes=dict(estimate.host),
        causes=[CauseOut(name=cause.name, less=cause.less, more=cause.more) for cause in estimate.causes],
        assumptions=list(estimate.assumptions),
        warnings=list(estimate.warnings),
    )


def finding_out(finding: Finding, place: Place | None = None) -> FindingOut:
    """A finding as JSON."""
    fix = None
    if finding.fix is not None:
        changes = {name: None if value is REMOVE else value for name, value in finding.fix.changes.items()}
        fix = FixOut(changes=changes, safety=finding.fix.safety, saves_bytes=finding.fix.saves_bytes)
    return FindingOut(
        code=finding.code,
        name=finding.name,
        severity=finding.severity,
        message=finding.message,
        fields=list(finding.fields),
        line=finding.line,
        column=place.column if place else None,
        fix=fix,
        source=finding.source,
    )


def check_out(config: str, review: Review, places: Sequence[Place | None] = ()) -> CheckOut:
    """A review as JSON; `places`: of its findings, in their order."""
    estimate = None
    if review.estimate is not None and review.model is not None:
        estimate = estimate_out(config, review, review.model, review.estimate)
    placed = zip_longest(review.findings, places[: len(review.findings)])
    return CheckOut(config=config, findings=[finding_out(one, place) for one, place in placed], estimate=estimate)
