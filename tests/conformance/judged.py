"""Axolotl's answers to cases: asked anew, or from the record."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.axolotl.real import judge
from tests.conformance.generate import MACHINES, Case, cases, nested_cases
from tests.picked import picked
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import release

Answer = dict[str, Any]


def ask(cases: Sequence[Case], batch: int = 400, **options: object) -> list[Answer]:
    """Axolotl's answer to each case, in order. `options`: more that `judge` takes, `version` among them."""
    by_machine: dict[str, list[int]] = defaultdict(list)
    for index, case in enumerate(cases):
        by_machine[case.machine].append(index)
    answers: dict[int, Answer] = {}
    with tempfile.TemporaryDirectory() as folder:
        for machine, indexes in by_machine.items():
            for start in range(0, len(indexes), batch):
                part = indexes[start : start + batch]
                paths = [Path(folder) / f"{index}.yml" for index in part]
                for index, path in zip(part, paths, strict=True):
                    path.write_text(yaml.safe_dump(cases[index].config, sort_keys=False))
                found = judge(*paths, **dict[str, object](MACHINES[machine]), **options)
                answers.update(zip(part, found, strict=True))
    return [answers[index] for index in range(len(cases))]


@cache
def drawn() -> tuple[tuple[Case, Answer], ...]:
    """Of two thousand configs a part, with what the newest Axolotl says of each: asked once in a process."""
    return _answered(picked(cases(2000), 4))


@cache
def changed_inside() -> tuple[tuple[Case, Answer], ...]:
    """The same of changes inside blocks."""
    return _answered(picked(nested_cases(), 2))


def _answered(asked: Sequence[Case]) -> tuple[tuple[Case, Answer], ...]:
    return tuple(zip(asked, ask(asked), strict=True))


def record(version: Version) -> Path:
    """The file of recorded answers of a version."""
    return Path(__file__).parent / f"verdicts-{version}.json.gz"


def save(cases: Sequence[Case], answers: Sequence[Answer], version: Version) -> None:
    """Record answers, for machines on which Axolotl can't be installed."""
    rows = [
        {
            "origin": case.origin,
            "machine": case.machine,
            "config": case.config,
            **{name: answer[name] for name in ("errors", "warnings", "unknown")},
        }
        for case, answer in zip(cases, answers, strict=True)
    ]
    with gzip.GzipFile(record(version), "wb", mtime=0) as file:
        file.write(json.dumps({"axolotl": release(version), "rows": rows}, sort_keys=True).encode())


def recorded(version: Version) -> list[tuple[Case, Answer]]:
    """The recorded cases with their answers."""
    rows = json.loads(gzip.decompress(record(version).read_bytes()))["rows"]
    return [(Case(row["origin"], row["machine"], row["config"]), row) for row in rows]
