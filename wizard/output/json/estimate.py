"""The JSON of `memwizard estimate`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from wizard.domain.estimate import Component, Estimate, Phase
from wizard.domain.model import Model
from wizard.domain.units import capability
from wizard.knowledge.axolotl.versions import of_plan
from wizard.memory.disk import disk
from wizard.output.json.shape import BytesOut, LineShape, Shape, bytes_out
from wizard.review import Review


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


class EstimateOut(LineShape):
    """One line of `memwizard estimate --json`. `axolotl`: the version that it is for.

    `disk_bytes`: of the output folder at its fullest; `disk`: likely bytes of one checkpoint, the end, and a merge.
    """

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
    host_need_bytes: BytesOut
    host_free_bytes: int | None
    host_fit: Literal["fits", "tight", "over", "unknown"]
    disk_bytes: BytesOut
    disk: dict[str, int]
    axolotl: str


def estimate_out(config: str, review: Review, model: Model, estimate: Estimate) -> EstimateOut:
    """A review's estimate as JSON."""
    machine = review.machine
    gpu, left = None, disk(review.plan, review.effective, model)
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
        allocated_bytes=bytes_out(estimate.allocated),
        device_bytes=bytes_out(estimate.device),
        nvidia_smi_bytes=estimate.nvidia_smi_bytes,
        peak_phase=estimate.peak_phase,
        phases=dict(estimate.phases),
        components=dict(estimate.components),
        host_bytes=dict(estimate.host),
        host_need_bytes=bytes_out(estimate.host_need),
        host_free_bytes=machine.host_free_bytes if machine else None,
        host_fit=review.host_fit,
        disk_bytes=bytes_out(left.most),
        disk={name: each.likely for name, each in left.parts().items()},
        causes=[CauseOut(name=cause.name, less=cause.less, more=cause.more) for cause in estimate.causes],
        axolotl=str(of_plan(review.plan)),
        assumptions=[*estimate.assumptions, *filter(None, [estimate.learned])],
        warnings=list(estimate.warnings),
    )
