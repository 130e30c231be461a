"""Folders, patterns and files become the configs in them, each once."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.world.finder import find

CONFIG = "base_model: x\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    texts = {
        "configs/b.yml": CONFIG,
        "configs/a.yaml": '# c\n"datasets" :\n  - path: x\n',
        "configs/deep/c.yml": CONFIG,
        "configs/json.yml": '{"a": 1,\n "base_model": "x"}\n',
        "configs/broken.yml": "base_model: [\n",
        "configs/other.yml": "on: push\njobs:\n  base_model: x\n",
        "configs/comment.yml": "# base_model: x\n",
        "configs/notes.txt": CONFIG,
        "configs/.hidden/d.yml": CONFIG,
        "configs/env/pyvenv.cfg": "",
        "configs/env/e.yml": CONFIG,
        "none/other.yml": "a: 1\n",
        "[odd].yml": CONFIG,
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "configs" / "large.yml").write_bytes(b"base_model: x #" + b"x" * (2 << 20))
    monkeypatch.chdir(tmp_path)
    return tmp_path


BELOW = [f"configs/{name}" for name in ("a.yaml", "b.yml", "broken.yml", "deep/c.yml", "json.yml")]


def test_a_folder(folder: Path) -> None:
    found = find(["configs"])
    assert (found.files, found.skipped, found.problems) == (BELOW, {"configs": 3}, [])
    assert find(["./configs/"]).files == BELOW
    assert find([str(folder / "configs")]).files == [str(folder / name) for name in BELOW]
    assert find(["."]).files == ["[odd].yml", *BELOW]


def test_a_pattern() -> None:
    assert find(["configs/*.y*ml"]).files == [
        f"configs/{name}.{end}"
        for name, end in [
            *(("a", "yaml"), ("b", "yml"), ("broken", "yml"), ("comment", "yml"), ("json", "yml"), ("large", "yml")),
            ("other", "yml"),
        ]
    ]
    assert find(["**/c.yml"]).files == ["configs/deep/c.yml"]
    assert find(["conf*"]).files == BELOW
    assert find(["[odd].yml"]).files == ["[odd].yml"]


def test_links_to_folders_lead_nowhere_in_a_pattern(folder: Path) -> None:
    for name in ("one", "two", "three"):
        (folder / "configs" / name).symlink_to(".")
    assert find(["configs/**/c.yml", "**/**/c.yml"]).files == ["configs/deep/c.yml"]
    assert find(["**/deep/**/c.yml"]).files == ["configs/deep/c.yml"]
    assert "configs/deep/c.yml" in find(["configs/**"]).files


def test_each_file_once() -> None:
    found = find(["configs/b.yml", "configs", "./configs/b.yml", "configs/*.yaml", "-", "-"])
    assert found.files == ["configs/b.yml", *(name for name in BELOW if name != "configs/b.yml"), "-"]
    again = find([*BELOW, "configs"])
    assert (again.files, again.problems) == (BELOW, [])


def test_what_is_named_is_judged_whatever_it_is() -> None:
    names = ["configs/other.yml", "none.yml", "configs/large.yml"]
    assert find(names).files == names
    assert find(names, skip_others=True).files == ["none.yml", "configs/large.yml"]
    assert find(["configs/other.yml"], skip_others=True).problems == []


def test_nothing_found_is_said() -> None:
    assert [str(one) for one in find(["none", "no*.yml"]).problems] == [
        "none: there is no Axolotl config below this folder: no YAML file has base_model or datasets",
        "no*.yml: no file matches",
    ]


def test_a_link_to_a_folder_above_is_no_endless_way(folder: Path) -> None:
    (folder / "configs" / "deep" / "up").symlink_to(folder / "configs", target_is_directory=True)
    assert find(["configs"]).files == BELOW
