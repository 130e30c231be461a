"""`data` names the form of a file and the entry to write; `generate --data` writes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.command import run
from tests.data.files import SOUND, DataFile
from tests.data.refused import ASKED, BROKEN
from wizard.axolotl.forms.answer import form_of_entry

METHODS = ("supervised", "dpo", "kto", "orpo")
STARTS = {"supervised": "qlora-24gb", "dpo": "dpo-qlora-24gb"}


def by_id(*kinds: str) -> dict[str, Any]:
    found = [one for one in SOUND if one.training in kinds]
    return {"argvalues": found, "ids": [one.id for one in found]}


@pytest.mark.parametrize("one", **by_id(*METHODS))
def test_the_entry_is_named(one: DataFile, here: Path) -> None:
    one.put(here)
    rl = [] if one.training == "supervised" else ["--rl", one.training]
    row = run("data", one.name, "--json", *rl).row()
    if one.name == "book.txt":
        assert row["datasets"][0]["rows"] == 24
    assert form_of_entry(row["entry"]) == one.form
    assert (row["entry"]["path"], row["question"], row["choices"]) == (one.name, None, [])


@pytest.mark.parametrize("one", ASKED, ids=[one.id for one in ASKED])
def test_what_is_asked_is_told_with_its_answers(one: DataFile, here: Path) -> None:
    one.put(here)
    row = run("data", one.name, "--json").row()
    assert row["entry"] is None
    assert one.says in row["question"]
    assert row["choices"]


@pytest.mark.parametrize("one", [one for one in BROKEN if one.training == "supervised"], ids=lambda one: one.id)
def test_what_nothing_reads_is_refused(one: DataFile, here: Path) -> None:
    one.put(here)
    for command in (
        ("data", one.name),
        ("generate", "--preset", "qlora-24gb", "--gpu", "rtx-4090", "--data", one.name),
    ):
        done = run(*command)
        assert (done.code, done.out) == (2, "")
        assert one.says.rpartition(": ")[2] in done.err


@pytest.mark.parametrize("one", **by_id(*STARTS))
def test_the_entry_is_written(one: DataFile, here: Path) -> None:
    one.put(here)
    done = run("generate", "--preset", STARTS[one.training], "--gpu", "rtx-4090", "--data", one.name, "-o", "my.yml")
    assert done.code == 0, done.err
    written = yaml.safe_load((here / "my.yml").read_text(encoding="utf-8"))
    (entry,) = written["datasets"]
    assert form_of_entry(entry) == one.form
    rl = [] if one.training == "supervised" else ["--rl", one.training]
    assert entry == run("data", one.name, "--json", *rl).row()["entry"]  # the two commands say the same
    assert "processor_type" not in written  # its model sees nothing
    checked = run("check", "my.yml", "--gpu", "rtx-4090", "--format", "json").row()["findings"]
    assert [one["code"] for one in checked if one["code"].startswith("MW84") or one["severity"] == "error"] == []


def test_a_model_that_sees_gets_what_images_ask_for(here: Path) -> None:
    image = next(one for one in SOUND if one.settings)
    image.put(here)
    done = run("generate", "--preset", "qlora-24gb", "--gpu", "rtx-4090", "--model", "Qwen/Qwen3-VL-8B-Instruct",
               "--data", image.name)  # fmt: skip
    assert yaml.safe_load(done.out)["processor_type"] == "AutoProcessor"


def test_generate_asks_by_naming_the_answers(here: Path) -> None:
    ASKED[1].put(here)
    done = run("generate", "--preset", "qlora-24gb", "--gpu", "rtx-4090", "--data", ASKED[1].name)
    assert (done.code, done.out) == (2, "")
    *told, last = done.err.splitlines()
    assert last == "memwizard: three.csv: Which column is learned? Add one of the above to the command"
    assert told[0] == "--form 1  note, answering review"
    assert len(told) == 9
    assert all(len(line) < 80 for line in told)
    called = ("generate", "--gpu", "rtx-4090", "--data", ASKED[1].name)
    for preset in (("--preset", "qlora-24gb"), ()):
        done = run(*called, *preset, "--form", "1")
        kind = yaml.safe_load(done.out)["datasets"][0]["type"]
        assert (kind["field_instruction"], kind["field_output"]) == ("review", "note")
    assert run(*called, "--form", "10").err.endswith(last.replace("Which", "there is no --form 10. Which") + "\n")
    assert run("fit", *called[1:]).err.endswith(f"{last}\n")
    fits = run("fit", *called[1:], "--form", "1")
    assert fits.code == 0
    assert "--data three.csv --form 1" in fits.err


def test_a_form_is_chosen_only_where_it_is_asked(here: Path) -> None:
    SOUND[0].put(here)
    done = run("generate", "--gpu", "rtx-4090", "--data", SOUND[0].name, "--form", "1")
    assert done.refusal() == f"{SOUND[0].name}: how its rows are read is certain: leave --form out"


def test_what_is_set_by_hand_is_kept(here: Path) -> None:
    SOUND[0].put(here)
    done = run("generate", "--preset", "qlora-24gb", "--gpu", "rtx-4090", "--data", SOUND[0].name, "--set",
               "datasets=[{path: mine, type: alpaca}]")  # fmt: skip
    assert yaml.safe_load(done.out)["datasets"] == [{"path": "mine", "type": "alpaca"}]
