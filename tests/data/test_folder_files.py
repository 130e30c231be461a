"""The files of a folder that are trained on are those that `datasets` takes for its split `train`."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.world.folderfiles import folder_files


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (["b.jsonl", "a.jsonl", "README.md", ".hidden.jsonl"], ["a.jsonl", "b.jsonl"]),
        (["a.jsonl", "b.json", "c.csv"], ["a.jsonl", "b.json"]),
        (["test.jsonl", "train.jsonl"], ["train.jsonl"]),
        (["my-train-0.csv", "my-dev-0.csv", "other.csv"], ["my-train-0.csv"]),
        (["testing-ground.jsonl"], []),
        (["trainer.jsonl", "retest.jsonl"], ["retest.jsonl", "trainer.jsonl"]),
        (["config.json", "a.csv"], ["a.csv"]),
        (["dataset_info.json", "a.arrow"], []),
        (["inner/a.jsonl", "b.jsonl"], []),
        (["README.md"], []),
    ],
)
def test_which_files_are_taken(tmp_path: Path, names: list[str], taken: list[str]) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}\n", encoding="utf-8")
    found = folder_files(tmp_path)
    assert list(found.names) == taken
    assert bool(found.why) == (not taken)
    assert found.empty == (names == ["README.md"])
