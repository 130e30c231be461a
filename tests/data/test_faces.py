"""The wizard, --plain and `generate --data` set the form that a person would, or ask; what is written for it trains.

Recorded by `python -m scripts.faces`, which asks all three of each file and trains with the real Axolotl.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.faces import files, generate, plain, shown, wizard
from tests.data.files import DataFile
from wizard.axolotl.forms.answer import form_of_entry

TOLD: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("faces.json").read_text("utf-8"))
FILES = {f"{kind} {one.id}": one for one, kind in files(large=False)}
FACES = (wizard, plain, generate)
UNRECORDED = ("sound weights.jsonl", "sound packed.jsonl.gz", "sound dpo-feedback.jsonl", "broken null-talk.jsonl",
              "broken sums.csv", "asked pictured.jsonl")  # fmt: skip
TRIED = ("sound sharegpt.jsonl", "sound bom.csv", "sound folder", "sound dpo-last.jsonl", "asked columns.csv",
         "broken middle.jsonl")  # fmt: skip


def test_more_than_forty_files_are_recorded() -> None:
    assert set(TOLD) <= {*FILES, "large large.jsonl"}
    assert len(TOLD) >= 54


@pytest.mark.parametrize("name", UNRECORDED)
def test_of_files_without_a_record_all_three_say_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one = FILES[name]
    one.put(tmp_path)
    told = [shown(face(one)) for face in FACES]
    if one.form is not None:
        assert [form_of_entry(face["datasets"][0]) for face in told] == [one.form] * 3
        return
    assert all(one.says.rpartition(": ")[2] in told[place]["said"] for place in (0, 2))
    assert "datasets" not in told[2]


@pytest.mark.parametrize("name", TOLD)
def test_all_three_set_what_a_person_would_or_ask(name: str) -> None:
    told, kind = TOLD[name], name.partition(" ")[0]
    if kind in ("sound", "large"):
        form = {"type": "chat_template"} if kind == "large" else FILES[name].form
        assert [form_of_entry(told[face.__name__]["datasets"][0]) for face in FACES] == [form] * 3
        assert kind == "large" or told["run"] == "works"
        if kind == "sound" and (learned := FILES[name].learned) is not None:
            assert told["learned"] == learned
        return
    says = FILES[name].says.rpartition(": ")[2]
    assert says in told["wizard"]["said"]
    assert says in told["generate"]["said"]
    assert "datasets" not in told["generate"]


@pytest.mark.parametrize("name", TRIED)
def test_it_is_so_today(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    one: DataFile = FILES[name]
    one.put(tmp_path)
    for face in FACES:
        assert shown(face(one)) == TOLD[name][face.__name__]
