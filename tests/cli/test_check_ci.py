"""What CI reads: GitLab's report, JUnit's XML, a baseline, a budget, the action."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.cli.command import run
from tests.cli.configs import GOOD

BAD = GOOD + "eval_batch_size: 64\nmicro_batch_sizes: 2\n"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.yml").write_text(BAD, encoding="utf-8")
    return tmp_path


def findings(*options: str) -> list[dict[str, Any]]:
    """What `--format json` tells of all files."""
    rows = run("check", "bad.yml", "good.yml", "--gpu", "h100-80gb", "--format", "json", *options).rows()
    return [{**one, "config": row["config"]} for row in rows for one in row["findings"]]


def test_gitlab_has_every_finding_once(folder: Path) -> None:
    done = run("check", "bad.yml", "good.yml", "--gpu", "h100-80gb", "--format", "gitlab")
    told, expected = json.loads(done.out), findings()
    assert [one["check_name"] for one in told] == [f"{one['code']} {one['name']}" for one in expected]
    assert [one["location"]["path"] for one in told] == [one["config"] for one in expected]
    assert [one["location"]["lines"]["begin"] for one in told] == [one["line"] or 1 for one in expected]
    assert {one["severity"] for one in told} <= {"info", "minor", "major", "critical", "blocker"}
    prints = [one["fingerprint"] for one in told]
    assert len(set(prints)) == len(prints)
    (folder / "bad.yml").write_text("# moved\n" + BAD, encoding="utf-8")
    again = json.loads(run("check", "bad.yml", "good.yml", "--gpu", "h100-80gb", "--format", "gitlab").out)
    assert [one["fingerprint"] for one in again] == prints


def test_junit_fails_for_errors_and_strictly_for_warnings(folder: Path) -> None:
    (folder / "bad.yml").write_text(BAD + "micro_batch_size: two\n", encoding="utf-8")
    for strict, fails in (((), {"error"}), (("--strict",), {"error", "warning"})):
        done = run("check", "bad.yml", "good.yml", "--gpu", "h100-80gb", "--format", "junit", *strict)
        root = ElementTree.fromstring(done.out)
        wrong = [one for one in findings() if one["severity"] in fails]
        assert root.get("failures") == str(len(wrong)) == str(len(root.findall("./testsuite/testcase/failure")))
        assert [suite.get("name") for suite in root] == ["bad.yml", "good.yml"]
        assert root.get("tests") == str(len(root.findall("./testsuite/testcase")))
        assert (done.code == 1) == bool(wrong)


def test_junit_holds_what_xml_can_not(folder: Path) -> None:
    (folder / "bad.yml").write_text(GOOD + '"a\\u0007<&>b": 1\n', encoding="utf-8")
    ElementTree.fromstring(run("check", "bad.yml", "--format", "junit").out)
    read = ElementTree.fromstring(run("check", "none.yml", "--format", "junit").out)
    assert read.get("failures") == "1"


@pytest.mark.parametrize("form", ["text", "json", "github", "gitlab", "junit", "sarif"])
def test_no_form_passes_on_what_steers_a_terminal(folder: Path, form: str) -> None:
    (folder / "bad.yml").write_text(GOOD + '"\\x9b31m\\u202ekey\\x07": 1\n', encoding="utf-8")
    said = run("check", "bad.yml", "--format", form).out
    assert all(letter.isprintable() or letter == "\n" for letter in said)
    if form == "junit":
        (case,) = (one for one in ElementTree.fromstring(said).iter("system-out") if "31m" in str(one.text))
        assert "\x9b31m\u202ekey?" in str(case.text)


def test_a_baseline_leaves_what_is_new(folder: Path) -> None:
    (folder / "ci").mkdir()
    written = run("check", "bad.yml", "good.yml", "--gpu", "h100-80gb", "--strict", "--write-baseline", "ci/known.json")
    assert written.code == 0
    assert findings("--baseline", "ci/known.json") == []
    assert run("check", "bad.yml", "--gpu", "h100-80gb", "--strict", "--baseline", "ci/known.json").code == 0
    (folder / "bad.yml").write_text("# moved\n\n" + BAD + "lora_rank: 8\n", encoding="utf-8")
    assert {field for one in findings("--baseline", "ci/known.json") for field in one["fields"]} == {"lora_rank"}
    (folder / "good.yml").write_text(BAD, encoding="utf-8")
    assert {one["config"] for one in findings("--baseline", "ci/known.json")} == {"bad.yml", "good.yml"}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2, "findings": {}}', '{"version": 1, "findings": {"a": 1}}']
)
def test_what_is_no_baseline(folder: Path, text: str) -> None:
    (folder / "known.json").write_text(text, encoding="utf-8")
    assert "known.json" in run("check", "bad.yml", "--baseline", "known.json").refusal()
    assert "none.json" in run("check", "bad.yml", "--baseline", "none.json").refusal()


def test_options_that_do_not_go_together(folder: Path) -> None:
    for option in (["--fix"], ["--diff"], ["--baseline", "x"], ["--watch"]):
        assert "--write-baseline" in run("check", "bad.yml", "--write-baseline", "x", *option).refusal()


def test_a_budget_fails_a_build(folder: Path) -> None:
    asked = ("estimate", "good.yml", "--gpu", "h100-80gb", "--json")
    need = run(*asked).row()["device_bytes"]
    over = run(*asked, "--budget", f"{need['likely'] // 2**20 - 1}MiB")
    assert (over.code, "over the budget" in over.err) == (1, True)
    assert run(*asked, "--budget", f"{need['high'] // 2**20 + 1}MiB").code == 0
    small = ("estimate", "good.yml", "--gpu", "1GiB")
    assert run(*small).code == 1
    assert run(*small, "--budget", "70GiB").code == 0
    assert "22GiB" in run(*asked, "--budget", "much").refusal()


def test_the_action_runs_check_with_its_inputs(folder: Path, tmp_path: Path) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (step,) = (step for step in action["runs"]["steps"] if "memwizard check" in step.get("run", ""))
    script = step["run"].replace("memwizard check", "printf '%s\\n'")
    given = {"FILES": "a b/*.yml", "GPU": "a100-80gb", "STRICT": "true", "BASELINE": "known file.json"}
    assert set(step["env"]) == set(given)
    done = subprocess.run(["bash", "-e", "-c", script], env=given, capture_output=True, text=True, check=True)
    words = done.stdout.splitlines()
    assert words[-3:] == ["--", "a", "b/*.yml"]
    assert words[:-3] == ["--format", "github", "--gpu=a100-80gb", "--strict", "--baseline=known file.json"]
