"""What is known of a run at one moment, as rows for a screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from wizard.doctor.measured import STEP
from wizard.domain.units import gib
from wizard.session.run_view import HeldRow

if TYPE_CHECKING:
    from wizard.cli.standing import Beside
    from wizard.domain.estimate import Range

_MANY = 8


def where(beside: Beside) -> str:
    """The phase, the step, and what was forecast of that phase."""
    course, phase = beside.listener.course, beside.measured.phase
    at, of = course.step, course.steps
    step = f"step {at:,} of {of:,}" if at is not None and of is not None else ""
    if not step and course.finished:
        step = f"step {course.finished:,}"
    told = step if phase == STEP and step else f"{phase} ({step})" if step else phase
    likely = beside.expected.of(phase)
    return told + (f" · this phase likely {gib(likely)}" if likely is not None else "")


def rows(beside: Beside, disk: Range | None, free: int | None) -> tuple[HeldRow, ...]:
    """GPUs, host memory, the disk. `free`: bytes of that disk."""
    found = [*_gpus(beside), *_logged(beside), _host(beside)]
    if disk is not None:
        found.append(HeldRow("disk", likely=disk.likely, high=disk.high, of=free))
    return tuple(found)


def _gpus(beside: Beside) -> list[HeldRow]:
    """Each of eight or fewer; of more the fullest and the emptiest, as the plain line has them."""
    seen, expected = beside.measured, beside.expected
    peaks: dict[int, int] = {}
    for phase in [*seen.peaks.values()]:
        for index, most in [*phase.gpus.items()]:
            peaks[index] = max(most, peaks.get(index, 0))
    need = expected.estimate.device if expected.estimate is not None else None
    likely, high = (need.likely, need.high) if need is not None else (None, None)
    if not peaks:
        return [HeldRow("GPU", likely=likely, high=high, of=expected.total)] if expected.total is not None else []
    named: Mapping[str, int] = {f"GPU {index}": index for index in sorted(peaks)}
    if len(peaks) > _MANY:
        by_peak = sorted(peaks, key=lambda one: peaks[one])
        named = {"fullest GPU": by_peak[-1], "emptiest GPU": by_peak[0]}
    return [
        HeldRow(name, seen.now.get(index), peaks[index], likely, high, expected.total) for name, index in named.items()
    ]


def _logged(beside: Beside) -> list[HeldRow]:
    """What Axolotl's own lines say that PyTorch has allocated: what the estimate forecasts to the byte."""
    samples, estimate = beside.listener.course.samples, beside.expected.estimate
    most = max((one.allocated for one in samples), default=0)
    if not most:  # on a CPU it logs zeros
        return []
    likely, high = (estimate.allocated.likely, estimate.allocated.high) if estimate is not None else (None, None)
    return [HeldRow("PyTorch", samples[-1].active, most, likely, high, beside.expected.total)]


def _host(beside: Beside) -> HeldRow:
    seen, told = beside.measured, beside.expected.host
    peak = max((one.host for one in [*seen.peaks.values()] if one.host is not None), default=None)
    likely, high = (told.likely, told.high) if told is not None else (None, None)
    return HeldRow("host", seen.host_now, peak, likely, high, beside.leaks.limits.get("host"))
