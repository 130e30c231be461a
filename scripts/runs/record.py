"""The answers that are kept: one JSON line each, after a line of what they were made with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.runs.case import WORKS, Case
from scripts.runs.judging import Judge

FOLDER = Path(__file__).parents[2] / "tests" / "runs" / "record"


@dataclass
class Record:
    """Rows by id. They are written as they come, so that nothing is lost; in order at the end."""

    path: Path
    settings: Mapping[str, Any]
    rows: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, version: str, part: str, settings: Mapping[str, Any] | None = None) -> Record:
        """The record of a version's part, empty where there is none."""
        path = FOLDER / f"{part}-{version}.jsonl"
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
        rows = {tuple(one["id"]): one for one in lines if "id" in one}
        written: dict[str, Any] = next((one for one in lines if "id" not in one), {})
        return cls(path, settings or written, rows)

    def knows(self, case: Case, *, again: bool) -> bool:
        """Whether the same was asked before. `again`: failures count as not known."""
        row = self.rows.get(case.id)
        return row is not None and row["hash"] == case.hash and not (again and row["outcome"] != WORKS)

    def add(self, row: dict[str, Any]) -> None:
        """A new answer, appended at once."""
        self.rows[tuple(row["id"])] = row
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def fill(self, judge: Judge, cases: Sequence[Case], *, again: bool = False) -> None:
        """Run the cases that have no answer yet."""
        for case, answer in judge.answers([case for case in cases if not self.knows(case, again=again)]):
            self.add(case.answered(answer))

    def keep_only(self, cases: Iterable[Case]) -> None:
        """Drop the rows of cases that are no more; what is noted of the others is noted anew."""
        known = {case.id: case for case in cases}
        self.rows = {name: known[name].noted(row) for name, row in self.rows.items() if name in known}

    def write(self) -> None:
        """All of it, in order."""
        rows = [self.rows[name] for name in sorted(self.rows)]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text("".join(json.dumps(row) + "\n" for row in [self.settings, *rows]), encoding="utf-8")

    def kind(self, case: Case) -> str:
        """What came of a case, in a word."""
        row = self.rows.get(case.id)
        if row is None:
            return "not run"
        return WORKS if row["outcome"] == WORKS else "told" if row.get("told") else "failed"
