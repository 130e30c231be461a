"""The table of docs/reliability.md names tests that are there, and its counts are those of what was run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from scripts.reliability import PAGE, ROOT, named, said, written

TABLE = PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("file", "name"), sorted(set(named(TABLE))))
def test_a_named_test_is_collected(file: str, name: str) -> None:
    path = ROOT / file
    assert path.name.startswith("test_")
    functions = {
        node.name: node
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert name.startswith("test_")
    assert name in functions
    marks = [ast.unparse(one) for one in functions[name].decorator_list]
    assert not any("skip(" in mark or "xfail" in mark for mark in marks)


def test_every_row_has_a_test() -> None:
    rows = [line for line in TABLE.partition("## Hostile input")[0].splitlines() if line.startswith("| ")]
    without = [row for row in rows if "`tests/" not in row and not row.startswith(("| fault", "| kind"))]
    assert rows
    assert without == []


def test_the_counts_are_those_of_what_was_run() -> None:
    assert written(TABLE) == TABLE, "run `python -m scripts.reliability`"
    assert said(TABLE) in TABLE


def test_the_test_command_prints_them(pytestconfig: pytest.Config) -> None:
    from tests import conftest

    lines: list[str] = []

    class Reporter:
        def write_line(self, line: str) -> None:
            lines.append(line)

    conftest.pytest_terminal_summary(Reporter())
    assert lines == [said(TABLE)]
    assert Path(conftest.__file__).exists()
