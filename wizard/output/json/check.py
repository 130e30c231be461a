"""The JSON of `memwizard check`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Literal

from wizard.domain.finding import Finding
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan
from wizard.output.json.estimate import EstimateOut, estimate_out
from wizard.output.json.shape import LineShape, Shape
from wizard.output.text.snippet import Place
from wizard.review import Review


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


class CheckOut(LineShape):
    """One line of `memwizard check --format json`; a file that can't be read has one finding, MW831, no estimate.

    `axolotl`: the version that it is judged by.
    """

    config: str
    findings: list[FindingOut]
    estimate: EstimateOut | None
    axolotl: str


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


def unreadable_out(config: str, finding: Finding, axolotl: Version | None) -> CheckOut:
    """What is said of a file that can't be read."""
    judge = str(of_plan(Plan(axolotl=axolotl)))
    return CheckOut(config=config, findings=[finding_out(finding)], estimate=None, axolotl=judge)


def check_out(config: str, review: Review, places: Sequence[Place | None] = ()) -> CheckOut:
    """A review as JSON; `places`: of its findings, in their order."""
    estimate = None
    if review.estimate is not None and review.model is not None:
        estimate = estimate_out(config, review, review.model, review.estimate)
    placed = zip_longest(review.findings, places[: len(review.findings)])
    return CheckOut(
        config=config,
        findings=[finding_out(one, place) for one, place in placed],
        estimate=estimate,
        axolotl=str(of_plan(review.plan)),
    )
