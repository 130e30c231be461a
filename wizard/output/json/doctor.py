"""The JSON of `memwizard doctor`."""

from __future__ import annotations

from typing import Any, Literal

from wizard.doctor.diagnosis import CauseName, Diagnosis
from wizard.doctor.snapshots import SeenSnapshot
from wizard.domain.estimate import Fit
from wizard.domain.plan import REMOVE
from wizard.output.json.shape import LineShape, Shape

_MOST_GROUPS = 100


class EvidenceOut(Shape):
    """A line of a log that tells it."""

    line: int
    text: str


class RemedyOut(Shape):
    """A change of the config that would have prevented it; null in `changes` takes a key out.

    `fit`: what the config does then on the GPU of the log.
    """

    changes: dict[str, Any]
    saves_bytes: int | None
    safety: Literal["safe", "unsafe"]
    says: str
    fit: Fit


class GroupOut(Shape):
    """Memory of one component of the estimate that was asked for in one place."""

    component: str
    place: str
    bytes: int


class SnapshotOut(Shape):
    """The fullest moment of a memory snapshot; the largest group first."""

    used_bytes: int
    reserved_bytes: int
    groups: list[GroupOut]


class DoctorOut(LineShape):
    """`memwizard doctor --json`. `not_memory` names in `why` what else it died of; `codes` are rules that know it.

    `died` is false where no death is found in the log. `after`: the log with the first death, where that is another.
    `snapshot`: of a memory snapshot, null for a log.
    """

    log: str
    cause: CauseName
    phase: str | None
    rank: int | None
    step: int | None
    asked_bytes: int | None
    capacity_bytes: int | None
    evidence: list[EvidenceOut]
    why: str
    changes: list[RemedyOut]
    config: str | None
    died: bool
    steps: int | None
    codes: list[str]
    advice: list[str]
    after: str | None
    snapshot: SnapshotOut | None


def snapshot_out(one: SeenSnapshot, config: str | None) -> DoctorOut:
    """What a memory snapshot tells, as JSON."""
    groups = [GroupOut(component=each.term, place=each.place, bytes=each.bytes) for each in one.groups[:_MOST_GROUPS]]
    top = SnapshotOut(used_bytes=one.peak.used, reserved_bytes=one.peak.reserved, groups=groups)
    made = doctor_out(one.diagnosis)
    return made.model_copy(update={"snapshot": top, "asked_bytes": one.peak.asked, "config": config})


def doctor_out(one: Diagnosis) -> DoctorOut:
    """A diagnosis as JSON."""
    return DoctorOut(
        log=one.log,
        cause=one.cause,
        phase=one.phase,
        rank=one.rank,
        step=one.step,
        asked_bytes=one.asked,
        capacity_bytes=one.capacity,
        evidence=[EvidenceOut(line=each.line, text=each.text) for each in one.evidence],
        why=one.why,
        changes=[
            RemedyOut(
                changes={name: None if value is REMOVE else value for name, value in each.changes.items()},
                saves_bytes=each.saves_bytes,
                safety=each.safety,
                says=each.says,
                fit=each.fit,
            )
            for each in one.offers
        ],
        config=one.config,
        died=one.died,
        steps=one.steps,
        codes=list(one.codes),
        advice=list(one.advice),
        after=one.after,
        snapshot=None,
    )
