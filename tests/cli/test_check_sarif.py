"""`check --format sarif`: what SARIF 2.1.0 asks of the parts that are written.

The schema below is written by hand after OASIS' standard, for these parts only, and knows no others: the
licence of the official schema does not let it be kept here. Where SARIF_SCHEMA names a copy of that one,
the same logs are held against it too.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.command import Done, run
from tests.cli.configs import GOOD, number_of, with_line
from wizard import __version__
from wizard.rules.catalogue import ENTRIES

TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
NUMBER: dict[str, Any] = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}


def exactly(required: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **more},
        "required": list(required),
        "additionalProperties": False,
    }


def many(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


MESSAGE = exactly({"text": TEXT})
URI = {"type": "string", "pattern": r"^(file:///)?[A-Za-z0-9_.~%/-]+$"}
REGION = exactly({"startLine": NUMBER}, startColumn=NUMBER, endColumn=NUMBER)
LOCATION = exactly({"physicalLocation": exactly({"artifactLocation": exactly({"uri": URI})}, region=REGION)})
RULE = exactly(
    {
        "id": {"type": "string", "pattern": r"^MW\d{3}$"},
        "name": TEXT,
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": MESSAGE,
        "defaultConfiguration": exactly({"level": LEVEL}),
        "properties": {"type": "object"},
    }
)
RESULT = exactly(
    {
        "ruleId": TEXT,
        "level": LEVEL,
        "message": MESSAGE,
        "locations": {**many(LOCATION), "minItems": 1, "maxItems": 1},
        "ruleIndex": {"type": "integer", "minimum": 0},
    }
)
NOTIFICATION = exactly({"level": LEVEL, "message": MESSAGE}, locations=many(LOCATION))
RUN = exactly(
    {
        "tool": exactly(
            {"driver": exactly({"name": TEXT, "version": TEXT, "rules": {**many(RULE), "uniqueItems": True}})}
        ),
        "invocations": many(
            exactly({"executionSuccessful": {"type": "boolean"}}, toolExecutionNotifications=many(NOTIFICATION))
        ),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": many(RESULT),
    }
)
LOG = exactly(
    {
        "$schema": {"type": "string", "pattern": r"/sarif-schema-2\.1\.0\.json$"},
        "version": {"const": "2.1.0"},
        "runs": {**many(RUN), "minItems": 1},
    }
)


def log(done: Done) -> dict[str, Any]:
    """The one run of a log that is valid."""
    found: dict[str, Any] = json.loads(done.out)
    jsonschema.Draft202012Validator(LOG).validate(found)
    if "SARIF_SCHEMA" in os.environ:
        schema = json.loads(Path(os.environ["SARIF_SCHEMA"]).read_text(encoding="utf-8"))
        jsonschema.validators.validator_for(schema)(schema).validate(found)
    (only,) = found["runs"]
    return dict(only)


def check(*files: str, gpu: str = "rtx-4090", **texts: str) -> Done:
    for name, text in texts.items():
        Path(f"{name}.yml").write_text(text, encoding="utf-8")
    return run("check", *files, *(f"{name}.yml" for name in texts), "--gpu", gpu, "--format", "sarif")


def test_nothing_found() -> None:
    done = check(my=GOOD)
    assert (done.code, done.err) == (0, "")
    assert log(done)["results"] == []
    assert log(done)["invocations"] == [{"executionSuccessful": True}]


def test_every_rule_is_told() -> None:
    driver = log(check(my=GOOD))["tool"]["driver"]
    assert driver["version"] == __version__
    assert [rule["id"] for rule in driver["rules"]] == [rule.code for rule in ENTRIES]


def test_findings_of_all_files_in_one_log() -> None:
    text = with_line("eval_batch_size: 8")
    (a, b) = log(check(a=text, b=text))["results"]
    number = number_of(text, "eval_batch_size")
    assert (a["ruleId"], a["level"]) == ("MW102", "warning")
    assert ENTRIES[a["ruleIndex"]].code == "MW102"
    assert "Fix (safe): eval_batch_size: 1" in a["message"]["text"]
    place = a["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a.yml"}
    assert place["region"] == {"startLine": number, "startColumn": 1, "endColumn": 16}
    assert b["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "b.yml"}


@pytest.mark.parametrize(("gpu", "level"), [("4GiB", "error"), ("rtx-4090", "note")])
def test_levels(gpu: str, level: str) -> None:
    hint = GOOD.replace("pad_to_sequence_len: true\n", "").replace("sample_packing: true\n", "")
    assert level in [result["level"] for result in log(check(my=hint, gpu=gpu))["results"]]


def test_files_that_cannot_be_used_are_told() -> None:
    done = check("none.yml", a="a: [\n", b=with_line("eval_batch_size: 8"))
    assert done.code == 2
    found = log(done)
    assert [result["ruleId"] for result in found["results"]] == ["MW831", "MW831", "MW102"]
    none, broken, _ = (result["locations"][0]["physicalLocation"] for result in found["results"])
    assert none == {"artifactLocation": {"uri": "none.yml"}}
    assert broken == {"artifactLocation": {"uri": "a.yml"}, "region": {"startLine": 2}}
    (invocation,) = found["invocations"]
    assert invocation["executionSuccessful"] is False
    told = [one["locations"][0]["physicalLocation"] for one in invocation["toolExecutionNotifications"]]
    assert told[0] == {"artifactLocation": {"uri": "none.yml"}}
    assert told[1]["artifactLocation"] == {"uri": "a.yml"}


@pytest.mark.parametrize(
    ("name", "uri"),
    [("a b,ü:%.yml", "a%20b%2C%C3%BC%3A%25.yml"), ("./x.yml", "x.yml"), ("-", "stdin")],
)
def test_names_are_uris(here: Path, name: str, uri: str) -> None:
    text = with_line("eval_batch_size: 8")
    if name != "-":
        (here / name).write_text(text, encoding="utf-8")
    done = run("check", name, "--gpu", "rtx-4090", "--format", "sarif", stdin=text)
    (result,) = log(done)["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_a_whole_path_is_a_file_uri(here: Path) -> None:
    (here / "x.yml").write_text(with_line("eval_batch_size: 8"))
    done = run("check", here / "x.yml", "--gpu", "rtx-4090", "--format", "sarif")
    uri = log(done)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == (here / "x.yml").as_uri()
