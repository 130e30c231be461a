"""What people ask of an agent, answered by the tools: the file fits, Axolotl takes it, and it was trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.runs.case import WORKS
from scripts.runs.record import Record
from scripts.runs.tasks import case
from tests.axolotl.real import judge
from tests.mcp.scripted import TASKS, Answered, answered, beside
from wizard.domain.version import parse_version

ROWS = Record.of("0.21.0", "tasks").rows
PARTS = 5


def test_there_are_fifty_and_each_was_run() -> None:
    assert len(TASKS) == len({task["asks"] for task in TASKS}) == 50
    assert {("task", task["asks"]) for task in TASKS} == set(ROWS)
    assert {row["outcome"] for row in ROWS.values()} == {WORKS}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
async def test_every_task_comes_to_a_file_that_fits(part: int, tmp_path: Path) -> None:
    written: list[tuple[dict[str, Any], Answered, Path]] = []
    for number, task in enumerate(TASKS[part::PARTS]):
        folder = tmp_path / str(number)
        folder.mkdir()
        with beside(task, folder) as files:
            came = await answered(task)
        values = yaml.safe_load(came.text)
        assert (came.errors, came.fit in ("fits", "tight")) == ([], True), task["asks"]
        assert {key: values.get(key) for key in task.get("has", ())} == task.get("has", {}), task["asks"]
        assert case(task["asks"], came, files).hash == ROWS["task", task["asks"]]["hash"], "run `scripts.runs` again"
        path = tmp_path / f"{number}.yml"
        path.write_text(came.text, encoding="utf-8")
        written.append((task, came, path))
    for version in ("0.20", "0.21"):
        of_it = [one for one in written if (one[0].get("generate") or {}).get("axolotl", "0.21") == version]
        single = [path for _, came, path in of_it if not came.gpu[0].isdigit() or came.gpu.endswith("GiB")]
        several = {path: int(came.gpu[0]) for _, came, path in of_it if path not in single}
        answers = judge(*single, version=parse_version(version)) if single else []
        answers += [judge(path, gpus=count, version=parse_version(version))[0] for path, count in several.items()]
        assert [one["errors"] for one in answers if one["errors"]] == []
