"""What people reported of real GPUs, held against the estimate: whether it would have told them the truth.

`python -m benchmarks.accuracy.reported` prints every figure beside what is said of its config.
"""

from __future__ import annotations

import json
import statistics
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
READMES = Path(__file__).with_name("readmes.jsonl")
"""What the READMEs of Axolotl's own examples tell beside those rows, wherever the model is in the catalogue."""
GATHERED = Path(__file__).with_name("gathered.jsonl")
"""What was looked for later, in issues, tables and examples, with the config each tells."""
NEAR = 0.1
OVER, UNDER = 1.03, 0.75
"""What is read off a screen may be off by so much before a verdict holds it against the estimate."""


@dataclass(frozen=True, slots=True)
class Report:
    """One person's run: `told` in their words, `bytes` of the GPU where they gave a figure.

    `cause`: why it differs from what is said, where that was looked for.
    """

    id: str
    source: str
    told: str
    what: str
    inferred: str
    gpu: str
    outcome: str
    bytes: int | None
    config: dict[str, Any]
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A report and what is said of its config on its GPU: unsafe, unkind or right."""

    report: Report
    estimate: Estimate
    fit: str
    verdict: str


def reports(file: Path = FILE) -> list[Report]:
    """Every report of a file."""
    return [Report(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


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
README_HEADER = ("run", "GPU", "told", "said, GiB", "verdict", "why it differs")
GATHERED_HEADER = (*HEADER, "why it differs")


def readme_lines(judged: list[Judged]) -> Iterator[tuple[str, ...]]:
    """The same of a README's figure, whose source is the example's own, with why it differs where that is known."""
    for one, (run, _, gpu, told, _, said, verdict) in zip(judged, lines(judged), strict=True):
        yield (run, gpu, told, said, verdict, one.report.cause)


FIGURE_HEADER = ("likely figure", "reports", "median error", "leans", "within 10%")


def figure_lines(judged: list[Judged]) -> Iterator[tuple[str, ...]]:
    """Errors of three figures against what READMEs tell, of the reports that no other cause is known of."""
    told = [one for one in judged if one.report.bytes and "README" in one.report.source and not one.report.cause]
    figures = {
        "allocated by PyTorch": [one.estimate.allocated.likely for one in told],
        "of the device": [one.estimate.device.likely for one in told],
        "nvidia-smi may show": [one.estimate.nvidia_smi_bytes for one in told],
    }
    for name, sizes in figures.items():
        errors = [size / (one.report.bytes or 1) - 1 for size, one in zip(sizes, told, strict=True)]
        size, lean = statistics.median(map(abs, errors)), statistics.median(errors)
        near = sum(abs(error) < NEAR for error in errors)
        yield (name, str(len(errors)), f"{size:.1%}", f"{lean:+.1%}", f"{near} of {len(errors)}")


def gathered_lines(judged: list[Judged]) -> Iterator[tuple[str, ...]]:
    """The same of what was gathered: all cells, with why it differs where that is known."""
    for one, cells in zip(judged, lines(judged), strict=True):
        yield (*cells, one.report.cause)


def main() -> None:
    """Print all files."""
    for file in (FILE, READMES, GATHERED):
        for one in map(judge, reports(file)):
            report, device = one.report, one.estimate.device
            took = f"{report.bytes / GIB:6.1f}" if report.bytes else f"{report.outcome:>6}"
            said = " ".join(f"{size / GIB:6.1f}" for size in (device.low, device.likely, device.high))
            print(f"{report.id:46} {report.gpu:14} {took} {said} {one.fit:7} {one.verdict:6} {report.cause}")


if __name__ == "__main__":
    main()
