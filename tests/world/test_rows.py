"""The columns of a data file's first row."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wizard.world.rows import columns


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.jsonl", '{"messages": []}\n{"other": 1}\n', ("messages",)),
        ("a.jsonl", '\n\n{"instruction": "x", "output": "y"}', ("instruction", "output")),
        ("a.json", '[{"text": "x"}, {"text": "y"}]', ("text",)),
        ("a.json", '  [\n  {"text": "x"}', ("text",)),
        ("a.csv", "text,label\n1,2\n", ("text", "label")),
        ("a.jsonl", "\ufeff" + '{"a": 1}', ("a",)),
        ("a.jsonl", "no json", ()),
        ("a.jsonl", "", ()),
        ("a.json", "[1, 2]", ()),
        ("a.parquet", "PAR1", ()),
    ],
)
def test_columns(tmp_path: Path, name: str, text: str, found: tuple[str, ...]) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert columns(str(tmp_path / name)) == found


@pytest.mark.parametrize("name", ["none.jsonl", "", ".", "a\0b.jsonl", "~nobody/x.jsonl"])
def test_what_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert columns(name) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.sampled_from([".json", ".jsonl", ".csv"]))
def test_no_bytes_raise(tmp_path: Path, raw: bytes, ending: str) -> None:
    path = tmp_path / f"x{ending}"
    path.write_bytes(raw)
    assert columns(str(path)) is not None
