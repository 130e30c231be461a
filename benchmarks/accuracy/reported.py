"""What people reported of real GPUs, held against the estimate: whether it would have told them the truth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wizard.domain.estimate import Estimate
from wizard.domain.plan import Plan
from wizard.domain.units import GIB
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built, find
from wizard.review import Review, review

FILE = Path(__file__).with_name("reported.jsonl")
OVER, UNDER = 1.03, 0.75
"""What is read off a screen may be off by so much before a verdict holds it against the estimate."""


@dataclass(frozen=True, slots=True)
class Report:
    """One person's run: `told` in their words, `bytes` of the GPU where they gave a figure."""

    id: str
    source: str
    told: str
    what: str
    inferred: str
    gpu: str
    outcome: str
    bytes: int | None
    config: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A report and what is said of its config on its GPU: unsafe, unkind or right."""

    report: Report
    estimate: Estimate
    fit: str
    verdict: str


def reports() -> list[Report]:
    """Every report of the file."""
    return [Report(**json.loads(line)) for line in FILE.read_text(encoding="utf-8").splitlines()]


def judge(report: Report) -> Judged:
    """Unsafe: it ran out of memory and the estimate says fits, or took more than the high figure. Unkind: it ran and
    the estimate says over, or took far less than the low one.
    """
    row = find(str(report.config["base_model"]))
    assert row is not None, report.id
    found: Review = review(Plan(report.config), built(row.id), named_machine(report.gpu))
    assert found.estimate is not None
    device, took, fit = found.estimate.device, report.bytes, str(found.fit)
    unsafe = (report.outcome == "oom" and fit == "fits") or (took is not None and took > OVER * device.high)
    unkind = (report.outcome == "ran" and fit == "over") or (took is not None and took < UNDER * device.low)
    return Judged(report, found.estimate, fit, "unsafe" if unsafe else "unkind" if unkind else "right")


def lines(judged: list[Judged]) -> Iterator[tuple[str, ...]]:
    """Cells of a table: the run, its source, what was told and inferred, what is said, and the verdict."""
    for one in judged:
        report, device = one.report, one.estimate.device
        said = f"{one.fit}, {device.likely / GIB:.1f} ({device.low / GIB:.1f} to {device.high / GIB:.1f})"
        yield (report.what, report.source, report.gpu, report.told, report.inferred, said, one.verdict)


HEADER = ("run", "source", "GPU", "told", "inferred", "said, GiB", "verdict")
