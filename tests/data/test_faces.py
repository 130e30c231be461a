"""The wizard, --plain and `generate --data` set the form that a person would, or ask; what is written for it trains.

Recorded by `python -m scripts.faces`, which asks all three of each file, answers what they ask, and trains with the
real Axolotl.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.faces import FACES, faces_of, files, shown
from tests.data.files import SOUND
from wizard.axolotl.forms.answer import form_of_entry

TOLD: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("faces.json").read_text("utf-8"))
FILES = {f"{kind} {one.id}": one for one, kind in files(large=False)}
NAMES = [face.__name__ for face in FACES]
TRIED = ("sound sharegpt.jsonl", "sound bom.csv", "sound folder", "sound dpo-last.jsonl", "sound beside.jsonl",
         "sound kto-marked.csv", "sound orpo-whole.jsonl", "sound grpo-asked.jsonl", "asked columns.csv",
         "asked three.csv", "broken middle.jsonl")  # fmt: skip
STREAMED = {f"sound {one.id}" for one in SOUND if one.training == "pretraining"}
"""Of `pretraining_dataset`, a key that a person's own file alone has."""


def test_every_file_is_recorded() -> None:
    assert set(TOLD) == {*FILES, "large large.jsonl"}
    assert {f"sound {one.id}" for one in SOUND} - STREAMED <= set(TOLD)


@pytest.mark.parametrize("name", TOLD)
def test_all_three_set_what_a_person_would_or_ask(name: str) -> None:
    told, kind = TOLD[name], name.partition(" ")[0]
    if kind == "large":
        assert _forms(told) == [{"type": "chat_template"}] * 3
        return
    one = FILES[name]
    if kind == "sound":
        assert _forms(told) == [one.form] * 3
    else:
        says = one.says.rpartition(": ")[2]
        assert all(says in told[face]["said"] for face in NAMES)
    if kind == "broken":
        assert "datasets" not in told["generate"]
        return
    assert _forms(told) == [_forms(told)[0]] * 3
    assert _beside(told) == [_beside(told)[0]] * 3
    assert set(told["run"]) == (set(NAMES) if kind == "asked" else {"generate"})
    assert set(told["run"].values()) == {"works"}
    if one.learned is not None:
        assert set(told["learned"].values()) == {one.learned}


def _forms(told: dict[str, Any]) -> list[dict[str, object]]:
    return [form_of_entry(told[face]["datasets"][0]) for face in NAMES]


def _beside(told: dict[str, Any]) -> list[dict[str, object]]:
    """What each sets beside the entry."""
    return [{key: value for key, value in told[face].items() if key not in ("datasets", "said")} for face in NAMES]


@pytest.mark.parametrize("name", TRIED)
def test_it_is_so_today(name: str, tmp_path: Path) -> None:
    one = FILES[name]
    for face, text in faces_of(one, tmp_path).items():
        assert shown(text, one) == TOLD[name][face]
