"""Rows of data files as a stream: all of them or a sample, in little memory, and what can't be read."""

from __future__ import annotations

import contextlib
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wizard.domain.errors import InputError
from wizard.world import jsonrows
from wizard.world.reading import Reading
from wizard.world.rowfile import KINDS, line_of, rows

ROWS = [{"text": f"row {number}", "number": number} for number in range(50)]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS)


def read(path: Path, sample: int = 0) -> tuple[list[dict[str, Any]], Reading]:
    """The rows where their measures would go, and how they were read."""
    reading = Reading(str(path))
    found: list[dict[str, Any]] = []
    for slot, _, row in rows(reading, KINDS[path.suffix], sample):
        found[slot : slot + 1] = [row]
    return found, reading


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", LINES),
        ("a.jsonl", "\ufeff" + LINES.replace("\n", "\r\n\r\n")),
        ("a.json", LINES.rstrip("\n")),
        ("a.json", json.dumps(ROWS)),
        ("a.json", " \n" + json.dumps(ROWS, indent=2) + "\n"),
        ("a.csv", "text,number\n" + "".join(f"row {number},{number}\n" for number in range(50))),
    ],
)
def test_every_row_is_read(tmp_path: Path, name: str, content: str) -> None:
    found, reading = read(written(tmp_path, name, content))
    assert [row["text"] for row in found] == [row["text"] for row in ROWS]
    assert (reading.rows, reading.exact, reading.whole, reading.share) == (50, True, True, 1.0)


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.Table.from_pylist(ROWS), tmp_path / "a.parquet", row_group_size=7)
    assert read(tmp_path / "a.parquet")[0] == ROWS
    found, reading = read(tmp_path / "a.parquet", 10)
    assert len(found) == 10
    assert found == read(tmp_path / "a.parquet", 10)[0]
    assert all(row in ROWS for row in found)
    assert (reading.rows, reading.exact, reading.whole, reading.share) == (50, True, False, 0.2)


def test_parquet_without_the_package_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"pip install 'memwizard\[data\]'"):
        read(written(tmp_path, "a.parquet", "PAR1"))


def test_what_is_no_parquet(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(InputError, match="not a parquet file"):
        read(written(tmp_path, "a.parquet", "PAR1 but not really PAR1"))


@pytest.mark.parametrize(("name", "whole"), [("a.json", json.dumps(ROWS)), ("a.csv", "text\n" + "x\n" * 50)])
def test_a_list_is_drawn_from_and_counted(tmp_path: Path, name: str, whole: str) -> None:
    path = written(tmp_path, name, whole)
    found, reading = read(path, 20)
    assert len(found) == 20
    assert found == read(path, 20)[0]
    assert (reading.rows, reading.exact, reading.whole, reading.share) == (50, True, False, 0.4)
    assert reading.method == "20 rows drawn from all 50, seed 42"


def test_a_sample_of_lines_is_spread_and_fair(tmp_path: Path) -> None:
    """Long rows come first, short ones last: the shares of both, the count and the mean are near the truth."""
    long, short = 3000, 27_000
    path = tmp_path / "a.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": "x" * 900}) + "\n" for _ in range(long))
        file.writelines(json.dumps({"text": "x" * 90}) + "\n" for _ in range(short))
    found, reading = read(path, 2000)
    assert not reading.exact
    assert reading.rows == pytest.approx(long + short, rel=0.05)
    assert sum(len(row["text"]) > 100 for row in found) / len(found) == pytest.approx(long / (long + short), rel=0.1)
    assert found == read(path, 2000)[0]
    assert f"{len(found):,} rows that begin in 200 blocks" in reading.method


def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    block = "".join(json.dumps({"text": "words " * (1 + number % 300)}) + "\n" for number in range(1000)).encode()
    with path.open("wb") as file:
        for _ in range(66):
            file.write(block)
    assert path.stat().st_size > 50 << 20
    for sample in (0, 2000):
        reading = Reading(str(path))
        tracemalloc.start()
        count = sum(1 for _ in rows(reading, "json", sample))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 4 << 20
        assert count == 66_000 if not sample else 1000 < count < 4000


def test_a_list_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    block = json.dumps([{"text": "words " * (1 + number % 300)} for number in range(1000)])[1:-1]
    path.write_text("[" + ", ".join([block] * 10) + "]", encoding="utf-8")
    tracemalloc.start()
    count = sum(1 for _ in rows(Reading(str(path)), "json", 100))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count >= 100
    assert peak < 4 << 20


@pytest.mark.parametrize(
    ("name", "content", "line", "words"),
    [
        ("a.jsonl", '{"a": 1}\n\n{"a": \n', 3, "not valid JSON"),
        ("a.jsonl", '{"a": 1}\n[1]\n{}', 2, "not a JSON object"),
        ("a.jsonl", b'{"a": 1}\n{"a": "\xff"}\n', 2, "not UTF-8 text"),
        ("a.jsonl", '{"a": ' + "[" * 200_000, 1, "nested too deep|not valid JSON"),
        ("a.json", '[{"a": 1},\n 2]', 2, "not a JSON object"),
        ("a.json", '[{"a": 1}\n {"a": 2}]', 2, "`,` is missing"),
        ("a.json", '[{"a": 1},\n', 2, "the list has no end"),
        ("a.json", '[{"a": 1},\n {"a":', 2, "not valid JSON"),
        ("a.json", b'[{"a": "\xff"}]', 1, "not UTF-8 text"),
        ("a.csv", b"a,b\n1,\xff\n", None, "not UTF-8 text"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, name: str, content: str | bytes, line: int | None, words: str
) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(InputError, match=words) as caught:
        read(path)
    assert caught.value.file == str(path)
    assert line is None or caught.value.line == line


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv"])
def test_a_row_without_an_end_is_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("jsonrows", "jsontext", "csvrows"):
        monkeypatch.setattr(f"wizard.world.{module}.MAX_ROW", 1 << 12)
    begin = {"a.jsonl": '{"a": "', "a.json": '[{"a": "', "a.csv": 'a\n"'}[name]
    with pytest.raises(InputError, match=r"longer|limit"):
        read(written(tmp_path, name, begin + "x" * (1 << 18)))


def test_the_line_of_a_broken_row_in_a_sample(tmp_path: Path) -> None:
    good = json.dumps({"text": "x" * 50}) + "\n"
    path = written(tmp_path, "a.jsonl", good * 5000 + "broken\n" * 400 + good * 5000)
    with pytest.raises(InputError, match="not valid JSON") as caught:
        read(path, 1000)
    line = caught.value.line
    assert line is not None
    assert path.read_text(encoding="utf-8").splitlines()[line - 1] == "broken"
    assert line_of(str(path), 7) == 7
    assert line_of(str(path), -len(good) * 9) == 10


@pytest.mark.parametrize(
    ("name", "words"),
    [("none.jsonl", "there is no such file"), (".", "is a folder"), ("a\0b", "no such file|can't be read")],
)
def test_what_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=words):
        list(rows(Reading(name), "json", 0))


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[float] = []
    path = written(tmp_path, "a.jsonl", LINES * 100)
    assert len(list(rows(Reading(str(path), told.append), "json", 0))) == 5000
    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] <= 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(st.binary(max_size=300), st.sampled_from([".json", ".jsonl", ".csv"]), st.integers(0, 3))
def test_no_bytes_raise_anything_else(tmp_path: Path, raw: bytes, ending: str, sample: int) -> None:
    path = tmp_path / f"x{ending}"
    path.write_bytes(raw)
    with contextlib.suppress(InputError):
        read(path, sample)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=40)
@given(
    st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=40), max_size=3), min_size=1, max_size=60),
    st.integers(1, 9),
)
def test_any_rows_come_back(tmp_path: Path, found: list[dict[str, str]], sample: int) -> None:
    for name, text in (("x.jsonl", "\n".join(map(json.dumps, found))), ("x.json", json.dumps(found, indent=1))):
        path = written(tmp_path, name, text)
        assert read(path)[0] == found
        assert all(row in found for row in read(path, sample)[0])


@given(st.lists(st.integers(1, 400), min_size=30, max_size=200), st.integers(1, 6))
def test_blocks_give_no_row_twice(widths: list[int], sample: int) -> None:
    """Each row that comes out of a sample comes once, in the file's order."""
    import tempfile

    with tempfile.TemporaryFile() as file:
        for number, width in enumerate(widths):
            file.write(json.dumps({"n": number, "x": "x" * width}).encode() + b"\n")
        file.seek(0)
        numbers = [row["n"] for _, _, row in jsonrows.lines(Reading("x"), file, sample)]
    assert numbers == sorted(set(numbers))
