"""`memwizard check` looks into the data files that a config names."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.command import run
from tests.cli.configs import GOOD
from tests.data.files import SOUND, DataFile, lines, rows, talks
from tests.data.refused import ASKED, BROKEN
from wizard.world.rowhead import head

MINE = {"MW843", "MW844", "MW845", "MW846", "MW821"}
CODES = {"empty.jsonl": "MW844", "blank.jsonl": "MW844", "head.csv": "MW844", "nothing": "MW844"}


def config(here: Path, entry: dict[str, Any], name: str = "my.yml", **more: object) -> None:
    plan = {**yaml.safe_load(GOOD), "datasets": [entry], **more}
    (here / name).write_text(yaml.safe_dump(plan, sort_keys=False), encoding="utf-8")


def found(*arguments: str) -> list[dict[str, Any]]:
    done = run("check", *(arguments or ("my.yml",)), "--format", "json", "--gpu", "h100-80gb")
    return [one for one in done.row()["findings"] if one["code"] in MINE]


@pytest.mark.parametrize("one", [one for one in SOUND if one.training == "supervised"], ids=lambda one: one.id)
def test_a_sound_file_read_as_it_is_is_nothing_to_tell(one: DataFile, here: Path) -> None:
    one.put(here)
    config(here, {"path": one.name, **dict(one.form or {})})
    assert found() == []


@pytest.mark.parametrize("one", [one for one in SOUND if one.training == "dpo"], ids=lambda one: one.id)
def test_so_are_pairs(one: DataFile, here: Path) -> None:
    one.put(here)
    config(here, {"path": one.name, **dict(one.form or {})}, rl="dpo")
    assert found() == []


@pytest.mark.parametrize("one", BROKEN, ids=lambda one: one.id)
def test_what_axolotl_does_not_load_is_an_error(one: DataFile, here: Path) -> None:
    one.put(here)
    config(here, {"path": one.name, "type": "completion", "field": "nothing"})
    (told,) = found()
    loads = head(one.name).state == "table"
    assert told["code"] == CODES.get(one.name, "MW846" if loads else "MW845")
    assert told["severity"] == "error"
    if not loads:
        assert one.says.rpartition(": ")[2] in told["message"]
        assert ": " not in one.says or one.says.partition(":")[0] in told["message"]


@pytest.mark.parametrize("name", ["null-talk.jsonl", "no-talk.jsonl", "null-turn.jsonl", "numbers-said.jsonl"])
def test_a_row_that_chat_template_stops_at_is_an_error(name: str, here: Path) -> None:
    one = next(one for one in BROKEN if one.name == name)
    one.put(here)
    config(here, {"path": name, "type": "chat_template"})
    (told,) = found()
    assert (told["code"], told["severity"]) == ("MW846", "error")
    assert one.says in told["message"]


def test_another_form_has_its_fix(here: Path) -> None:
    (here / "chat.jsonl").write_bytes(lines(talks("conversations", role="from", content="value", user="human",
                                                  assistant="gpt")))  # fmt: skip
    config(here, {"path": "chat.jsonl", "type": "alpaca", "split": "train"})
    (told,) = found()
    assert told["message"] == (
        "datasets[0]: alpaca reads instruction, output, and the rows of chat.jsonl have conversations;"
        " its form is chat_template"
    )
    assert told["fix"]["safety"] == "unsafe"
    run("check", "my.yml", "--fix", "--unsafe-fixes")
    assert yaml.safe_load((here / "my.yml").read_text(encoding="utf-8"))["datasets"] == [
        {"path": "chat.jsonl", "type": "chat_template", "split": "train", "field_messages": "conversations",
         "message_property_mappings": {"role": "from", "content": "value"}}
    ]  # fmt: skip
    assert found() == []


def test_a_mapping_alone_is_a_safe_fix(here: Path) -> None:
    (here / "chat.jsonl").write_bytes(lines(talks("conversations")))
    config(here, {"path": "chat.jsonl", "type": "chat_template"})
    (told,) = found()
    assert told["fix"]["safety"] == "safe"
    run("check", "my.yml", "--fix")
    assert found() == []


def test_what_is_not_certain_is_no_fix(here: Path) -> None:
    ASKED[1].put(here)
    config(here, {"path": ASKED[1].name, "type": "alpaca"})
    (told,) = found()
    assert told["fix"] is None
    assert "which column is learned?" in told["message"]


@pytest.mark.parametrize("path", ["gone.jsonl", "./gone", "/gone.json", "~/gone.csv", "data/gone.parquet"])
def test_a_file_that_is_not_there(here: Path, path: str) -> None:
    config(here, {"path": path, "type": "alpaca"})
    (told,) = found()
    assert (told["code"], told["severity"], told["fields"]) == ("MW843", "error", ["datasets[0].path"])


def _seen(here: Path, named: str) -> None:
    """A folder with an image and rows that name it so."""
    (here / "photos" / "images").mkdir(parents=True)
    (here / "photos" / "images" / "a.png").write_bytes(b"any")
    content = [{"type": "image", "path": named}, {"type": "text", "text": "What is it?"}]
    answer = {"role": "assistant", "content": "A cat."}
    row: dict[str, object] = {"messages": [{"role": "user", "content": content}, answer]}
    (here / "photos" / "rows.jsonl").write_bytes(lines([row]))


@pytest.mark.parametrize(
    ("path", "named", "severity"),
    [
        ("photos/rows.jsonl", "images/a.png", "error"),
        ("photos", "images/a.png", "error"),
        ("{here}/photos/rows.jsonl", "images/a.png", "warning"),
        ("photos/rows.jsonl", "photos/images/a.png", None),
        ("photos/rows.jsonl", "images/elsewhere.png", None),
        ("photos/rows.jsonl", "https://x.org/images/a.png", None),
    ],
)
def test_images_are_opened_from_where_the_run_begins(here: Path, path: str, named: str, severity: str | None) -> None:
    _seen(here, named)
    config(here, {"path": path.format(here=here), "type": "chat_template"})
    told = [one for one in found() if one["code"] == "MW843"]
    assert [one["severity"] for one in told] == ([severity] if severity else [])
    assert all(named in one["message"] for one in told)


def test_a_run_of_a_config_in_another_folder_begins_there(here: Path) -> None:
    (here / "inner").mkdir()
    _seen(here / "inner", "photos/images/a.png")
    config(here, {"path": "photos/rows.jsonl", "type": "chat_template"}, "inner/my.yml")
    assert [one for one in found("inner/my.yml") if one["code"] == "MW843"] == []


def test_of_another_machine_it_is_a_warning(here: Path) -> None:
    config(here, {"path": "/no/such/folder/gone.jsonl", "type": "alpaca"})
    (told,) = found()
    assert (told["code"], told["severity"]) == ("MW843", "warning")


@pytest.mark.parametrize(
    "path", ["owner/data", "data", "s3://bucket/rows.jsonl", "https://x.org/rows.json", "${D}.jsonl"]
)
def test_what_may_be_an_id_is_not_missed(here: Path, path: str) -> None:
    config(here, {"path": path, "type": "alpaca"})
    assert found() == []


def test_beside_the_config_it_is_found(here: Path) -> None:
    (here / "inner").mkdir()
    (here / "inner" / "rows.jsonl").write_bytes(lines(rows(text="a")))
    config(here / "inner", {"path": "rows.jsonl", "type": "alpaca"})
    (told,) = found("inner/my.yml")
    assert told["code"] == "MW846"


def test_stdin_is_judged_by_its_text_alone(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    config(here, {"path": "gone.jsonl", "type": "alpaca"})
    text = (here / "my.yml").read_text(encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert found("-") == []


def test_of_a_large_file_only_the_head_is_read(here: Path) -> None:
    with (here / "large.jsonl").open("wb") as file:
        row = lines(rows(text="a" * 200))
        for _ in range(1 + (5 << 20) // len(row)):
            file.write(row)
    os.truncate(here / "large.jsonl", 200 << 20)  # zeros behind, which are no JSON
    config(here, {"path": "large.jsonl", "type": "completion"})
    assert found() == []


def test_each_dataset_is_told_by_its_number(here: Path) -> None:
    (here / "rows.jsonl").write_bytes(lines(rows(text="a")))
    two = [{"path": "owner/data", "type": "alpaca"}, {"path": "rows.jsonl", "type": "alpaca"}]
    tests = [{"path": "gone.jsonl", "type": "alpaca", "split": "train"}]
    plan = {**yaml.safe_load(GOOD), "datasets": two, "test_datasets": tests, "val_set_size": 0}
    (here / "my.yml").write_text(json.dumps(plan), encoding="utf-8")
    assert [(one["code"], one["fields"][0]) for one in found()] == [
        ("MW843", "test_datasets[0].path"), ("MW846", "datasets[1].type"),
    ]  # fmt: skip
