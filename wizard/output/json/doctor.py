"""The JSON of `memwizard doctor`."""

from __future__ import annotations

from typing import Any, Literal

from wizard.doctor.diagnosis import CauseName, Diagnosis
from wizard.domain.estimate import Fit
from wizard.domain.plan import REMOVE
from wizard.output.json.shape import LineShape, Shape


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


class DoctorOut(LineShape):
    """`memwizard doctor --json`. `not_memory` names in `why` what else it died of; `codes` are rules that know it.

    `died` is false where no death is found in the log. `after`: the log with the first death, where that is another.
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
    )
