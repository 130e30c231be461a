"""`memwizard data FILE --as KIND`: pairs in the form that a reward model or ORPO reads, and then a config for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import run
from tests.cli.test_data import lines
from tests.session.test_conversation import begun, entry
from wizard.session import answers
from wizard.session.results import Changed
from wizard.session.rows_seen import why_none
from wizard.ui import phrases

QUESTION = {"role": "user", "content": "2 + 2?"}
GOOD, BAD = {"role": "assistant", "content": "4"}, {"role": "assistant", "content": "5"}
SYSTEM = {"role": "system", "content": "Be brief."}
REWARD = {"system": "", "input": "2 + 2?", "chosen": "4", "rejected": "5"}
ORPO = {"system": "", "chosen": [QUESTION, GOOD], "rejected": [QUESTION, BAD]}
FORMS: dict[str, dict[str, Any]] = {
    "texts": {"prompt": "2 + 2?", "chosen": "4", "rejected": "5"},
    "own names": {"question": "2 + 2?", "chosen": "4", "rejected": "5"},
    "messages": {"messages": [QUESTION], "chosen": GOOD, "rejected": BAD},
    "messages and lists": {"messages": [QUESTION], "chosen": [GOOD], "rejected": [BAD]},
    "whole": {"chosen": [QUESTION, GOOD], "rejected": [QUESTION, BAD]},
    "a prompt beside": {"prompt": "2 + 2?", "chosen": [QUESTION, GOOD], "rejected": [QUESTION, BAD]},
}


def written(here: Path, kind: str, rows: list[dict[str, Any]], name: str = "pairs.jsonl") -> list[dict[str, Any]]:
    lines(here / name, rows)
    made = here / f"pairs-{kind}.jsonl"
    made.unlink(missing_ok=True)
    done = run("data", name, "--as", kind)
    assert (done.code, done.out) == (0, ""), done.err
    return [json.loads(one) for one in made.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_pairs_becomes_a_row_of_either_kind(here: Path, form: str) -> None:
    assert written(here, "reward", [FORMS[form]] * 3) == [REWARD] * 3
    assert written(here, "orpo", [FORMS[form]] * 3) == [ORPO] * 3


def test_a_system_prompt_gets_its_column(here: Path) -> None:
    inside = {"chosen": [SYSTEM, QUESTION, GOOD], "rejected": [SYSTEM, QUESTION, BAD]}
    beside = {**FORMS["texts"], "system": "Be brief."}
    assert written(here, "reward", [inside]) == [{**REWARD, "system": "Be brief."}]
    assert written(here, "orpo", [inside]) == [{**ORPO, "system": "Be brief."}]
    assert written(here, "orpo", [beside], "pairs.json") == [{**ORPO, "system": "Be brief."}]


def test_what_has_no_room_is_left_out_and_told(here: Path) -> None:
    before = [QUESTION, GOOD, QUESTION]
    long = {"chosen": [*before, GOOD], "rejected": [*before, BAD]}
    lines(here / "pairs.jsonl", [FORMS["whole"], long, {**FORMS["whole"], "rejected": [SYSTEM, BAD]}])
    done = run("data", "pairs.jsonl", "--as", "reward")
    assert "2 of 3 rows are left out" in done.err
    assert "3 messages before the answers" in done.err
    assert "two different conversations" in done.err
    (here / "pairs.jsonl").unlink()
    assert written(here, "orpo", [long], "pairs.json") == [
        {"system": "", "chosen": [*before, GOOD], "rejected": [*before, BAD]}
    ]


def test_where_no_row_has_room_nothing_is_written(here: Path) -> None:
    before = [QUESTION, GOOD, QUESTION]
    lines(here / "pairs.jsonl", [{"chosen": [*before, GOOD], "rejected": [*before, BAD]}])
    assert "none of its rows can be written so" in run("data", "pairs.jsonl", "--as", "reward").refusal()
    assert not (here / "pairs-reward.jsonl").exists()


def test_a_minus_writes_to_standard_output(here: Path) -> None:
    lines(here / "pairs.jsonl", [FORMS["texts"]])
    assert run("data", "pairs.jsonl", "--as", "orpo", "-o", "-").row() == ORPO


def test_no_pairs_are_refused_and_an_other_file_stays(here: Path) -> None:
    lines(here / "rows.jsonl", [{"text": "a"}])
    assert "holds no pairs" in run("data", "rows.jsonl", "--as", "orpo").refusal()
    lines(here / "pairs.jsonl", [FORMS["texts"]])
    (here / "pairs-orpo.jsonl").write_text("mine\n", encoding="utf-8")
    assert "is there already" in run("data", "pairs.jsonl", "--as", "orpo").refusal()
    assert (here / "pairs-orpo.jsonl").read_text(encoding="utf-8") == "mine\n"


@pytest.mark.parametrize("kind", ["reward", "orpo"])
@pytest.mark.parametrize("form", ["texts", "messages"])
def test_the_refusal_of_generate_names_the_command_and_its_file_is_taken(here: Path, kind: str, form: str) -> None:
    setting = {"reward": "reward_model=true", "orpo": "rl=orpo"}[kind]
    lines(here / "pairs.jsonl", [FORMS[form]] * 40)
    call = ("generate", "--gpu", "rtx-4090", "--set", setting, "-o", "my.yml", "--data")
    assert f"`memwizard data pairs.jsonl --as {kind}`" in run(*call, "pairs.jsonl").refusal()
    written(here, kind, [FORMS[form]] * 40)
    done = run(*call, f"pairs-{kind}.jsonl")
    assert done.code == 0, done.err
    assert f"path: pairs-{kind}.jsonl" in (here / "my.yml").read_text(encoding="utf-8")


SHEETS = {
    "semicolons": 'Frage;Antwort\nWas, bitte?;Über 2;\n"a;b";4\n',
    "tabs": "Frage\tAntwort\nWas, bitte?\tÜber 2;\na;b\t4\n",
    "commas": 'Frage,Antwort\n"Was, bitte?",Über 2;\na;b,4\n',
}
ANSWERS = {"semicolons": ["Über 2", "4"], "tabs": ["Über 2;", "4"], "commas": ["Über 2;", "4"]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("marks", SHEETS)
def test_a_sheet_becomes_lines_that_axolotl_reads(here: Path, marks: str, encoding: str) -> None:
    text = SHEETS[marks].replace('Über 2;\n"', 'Über 2\n"')
    (here / "sheet.csv").write_bytes(text.encode(encoding))
    done = run("data", "sheet.csv", "--as", "jsonl")
    assert (done.code, done.out) == (0, ""), done.err
    rows = [json.loads(one) for one in (here / "sheet.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows == [{"Frage": "Was, bitte?", "Antwort": ANSWERS[marks][0]}, {"Frage": "a;b", "Antwort": "4"}]
    assert ("is read as windows-1252" in done.err) is (encoding == "cp1252")
    assert done.err.endswith("next: memwizard --data sheet.jsonl\n")
    again = run("data", "sheet.csv", "--as", "jsonl")
    assert again.code == 2
    assert "sheet.jsonl: is there already" in again.err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_every_face_names_what_makes_a_sheet_readable(here: Path, encoding: str) -> None:
    (here / "my sheet.csv").write_bytes(("Frage;Antwort\n" + "Was?;Überall\n" * 20).encode(encoding))
    way = "`memwizard data 'my sheet.csv' --as jsonl` writes its rows into my sheet.jsonl"
    assert way in run("generate", "--gpu", "rtx-4090", "--data", "my sheet.csv").refusal()
    assert way in run("--plain", "--data", "my sheet.csv").refusal()
    session = begun()
    named = answers.take_text(session, entry("path"), "my sheet.csv")
    assert isinstance(named, Changed)
    assert way in phrases.answered(named)
    assert way in why_none(session.situation)
    assert run("data", "my sheet.csv", "--as", "jsonl").code == 0
    done = run("generate", "--gpu", "rtx-4090", "--data", "my sheet.jsonl", "--form", "1")
    assert done.code == 0, done.err


def test_what_is_no_sheet_is_refused(here: Path) -> None:
    lines(here / "rows.jsonl", [{"a": "b"}])
    (here / "empty.csv").write_text("a;b\n")
    (here / "picture.csv").write_bytes(b"\x89PNG\0\xff")
    for name, why in {
        "none.csv": "there is no such file", "rows.jsonl": "is no table as text (.csv or .tsv)",
        "empty.csv": "there is no row in it", "picture.csv": "it is no text",
    }.items():  # fmt: skip
        assert run("data", name, "--as", "jsonl").refusal() == f"{name}: {why}"
