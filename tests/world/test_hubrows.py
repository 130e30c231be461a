"""Rows of a data set that is named by its id: from the hub's cache, from that of `datasets`, and why there are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wizard.world import hubrows

COMMIT = "0123456789abcdef"
ROWS = [{"instruction": f"Add {n}.", "output": str(n)} for n in range(30)]


@pytest.fixture(autouse=True)
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_DATASETS_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    return tmp_path


def snapshot(caches: Path, files: dict[str, str], repo: str = "owner--rows") -> None:
    for name, text in files.items():
        place = caches / "hub" / f"datasets--{repo}" / "snapshots" / COMMIT / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def jsonl(rows: list[dict[str, str]]) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def test_rows_of_the_hubs_cache(caches: Path) -> None:
    snapshot(caches, {"data/train.jsonl": jsonl(ROWS), "data/test.jsonl": "{}\n", "README.md": "#"})
    found = hubrows.head("owner/rows")
    assert (found.path, found.kind, found.state) == ("owner/rows", "", "table")
    assert found.columns == ("instruction", "output")
    assert list(found.rows) == ROWS[:20]
    assert Path(found.file) == Path("data/train.jsonl")
    assert hubrows.nowhere("owner/rows") is None


def test_rows_of_the_cache_of_datasets(caches: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    folder = caches / "datasets" / "owner___rows" / "default" / "0.0.0" / COMMIT
    folder.mkdir(parents=True)
    table = pyarrow.Table.from_pylist(ROWS)
    with pyarrow.ipc.new_stream(str(folder / "rows-train.arrow"), table.schema) as stream:
        stream.write_table(table)
    (folder / "rows-test.arrow").write_bytes(b"no stream")
    (folder / "cache-1.arrow").write_bytes(b"no stream")
    found = hubrows.head("owner/rows")
    assert (found.state, list(found.rows)) == ("table", ROWS[:20])
    broken = hubrows.head("owner/rows", split="test")
    assert broken.state == "unread"
    assert "not an Arrow stream" in broken.why


def test_a_part_that_the_entry_names_is_the_one_that_is_read(caches: Path) -> None:
    snapshot(caches, {f"{part}/train.jsonl": jsonl([{"text": part}]) for part in ("en", "de")})
    assert hubrows.head("owner/rows", "de").rows == ({"text": "de"},)
    assert hubrows.head("owner/rows", "fr").state == "unread"
    assert hubrows.head("owner/rows", "de", "train[:10%]").rows == ({"text": "de"},)


@pytest.mark.parametrize(
    ("names", "config", "split", "wanted"),
    [
        (["b.jsonl", "a.jsonl"], "", "", "a.jsonl"),
        (["data/test-0.parquet", "data/train-0.parquet"], "", "", "data/train-0.parquet"),
        (["data/test-0.parquet", "data/train-0.parquet"], "", "test", "data/test-0.parquet"),
        (["trainer.jsonl"], "", "train", "trainer.jsonl"),
        (["rows.jsonl"], "", "validation", None),
        (["rows.jsonl"], "de", "", None),
        ([], "", "", None),
    ],
)
def test_which_file_is_read(names: list[str], config: str, split: str, wanted: str | None) -> None:
    assert hubrows.chosen(names, config, split) == wanted


def test_without_a_cache_it_is_said_how_the_hub_would_be_asked() -> None:
    found = hubrows.nowhere("owner/rows")
    assert found is not None
    assert found == hubrows.head("owner/rows")
    assert found.state == "unread"
    assert "--hub looks them up" in found.why


def test_what_a_hub_says_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    found = hubrows.head("owner/rows", allow_hub=True)
    assert found.state == "unread"
    assert "the data set 'owner/rows' is not in the Hugging Face cache, and HF_HUB_OFFLINE" in found.why


def test_a_cache_that_holds_nonsense_is_as_none(caches: Path) -> None:
    (caches / "hub").write_text("a file", encoding="utf-8")
    (caches / "datasets").write_text("a file", encoding="utf-8")
    assert hubrows.head("owner/rows").state == "unread"
