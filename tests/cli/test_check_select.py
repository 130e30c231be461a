"""Which findings count: options, settings of the project, comments in the file; which files are taken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.cli.command import Done, run
from tests.cli.configs import GOOD, number_of, with_line

BAD = with_line("eval_batch_size: 8", "pad_to_sequence_len: false", "sample_packing: false")
TWO = ("MW102", "MW103")
"""What is wrong with it; a large GPU leaves the rules on fit aside."""


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def codes(done: Done) -> list[str]:
    """Of the two rules that these tests are about, those that fire."""
    found = [finding["code"] for row in done.rows() for finding in row["findings"]]
    return [code for code in found if code in TWO]


def check(here: Path, *arguments: str, text: str = BAD) -> Done:
    put(here / "my.yml", text)
    return run("check", "my.yml", "--gpu", "a100-80gb", "--format", "json", *arguments)


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], ["MW102", "MW103"]),
        (["--select", "MW102"], ["MW102"]),
        (["--select", "mw102,padding-off"], ["MW102", "MW103"]),
        (["--select", "MW102", "--select", "MW103"], ["MW102", "MW103"]),
        (["--select", "MW1"], ["MW102", "MW103"]),
        (["--select", "MW9"], []),
        (["--ignore", "MW10"], []),
        (["--ignore", "MW"], []),
        (["--ignore", "padding-off"], ["MW102"]),
        (["--select", "MW1", "--ignore", "MW103"], ["MW102"]),
    ],
)
def test_options(here: Path, arguments: list[str], wanted: list[str]) -> None:
    assert codes(check(here, *arguments)) == wanted


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_unknown_rule(here: Path, option: str) -> None:
    assert check(here, option, "paddingoff").refusal().startswith("there is no rule 'paddingoff'. Did you mean 'padd")
    assert "there is no rule 'MW0'" in check(here, option, "MW1,MW0").refusal()


def test_settings(here: Path) -> None:
    put(here / "pyproject.toml", '[tool.memwizard]\nignore = ["MW102"]\n')
    assert codes(check(here)) == ["MW103"]
    assert codes(check(here, "--ignore", "MW103")) == ["MW102"]
    assert codes(check(here, "--select", "MW102")) == ["MW102"]
    put(here / ".memwizard.toml", 'select = ["MW102"]\nstrict = true\n')
    done = check(here)
    assert (codes(done), done.code) == (["MW102"], 1)
    assert check(here, "--no-strict").code == 0


def test_each_file_has_the_settings_of_its_own_folder(here: Path) -> None:
    put(here / "a" / ".memwizard.toml", 'select = ["MW102"]\n')
    put(here / "b" / ".memwizard.toml", 'select = ["MW107"]\n')
    for name in "abc":
        put(here / name / "my.yml", BAD)
    rows = run("check", "a", "b", "c", "--demo", "rtx-4090", "--format", "json").rows()
    found = [[one["code"] for one in row["findings"] if one["code"] in TWO] for row in rows]
    assert found == [["MW102"], [], ["MW102", "MW103"]]
    put(here / "c" / ".memwizard.toml", 'gpu = "4GiB"\nselect = ["MW901"]\n')
    rows = run("check", "c", "--format", "json").rows()
    assert [[one["code"] for one in row["findings"]] for row in rows] == [["MW901"]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("strikt = true", "there is no setting 'strikt'. Did you mean 'strict'?"),
        ('ignore = ["MW999"]', "there is no rule 'MW999'"),
        ('gpu = "rtx-4091"', "there is no GPU 'rtx-4091'"),
    ],
)
def test_wrong_settings_are_said_once_and_other_folders_judged(here: Path, text: str, words: str) -> None:
    put(here / "a" / ".memwizard.toml", text)
    for name in ("a/1.yml", "a/2.yml", "b/3.yml"):
        put(here / name, BAD)
    done = run("check", "a", "b", "--format", "json")
    assert done.code == 2
    said = [line for line in done.err.splitlines() if "no GPU is known" not in line]
    assert len(said) == 1
    assert said[0].startswith(f"memwizard: {here / 'a' / '.memwizard.toml'}: ")
    assert words in said[0]
    assert [row["config"] for row in done.rows()] == ["a/1.yml", "a/2.yml", "b/3.yml"]
    *unjudged, judged = ([one["code"] for one in row["findings"]] for row in done.rows())
    assert unjudged == [["MW831"], ["MW831"]]
    assert judged[0] == "MW102"


# --- comments


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# memwizard: ignore[MW102]", []),
        ("#memwizard:ignore[ mw102 , MW103 ]", []),
        ("# memwizard: ignore[eval-batch-size-differs]", []),
        ("# memwizard: ignore", []),
        ("# why # memwizard: ignore[MW102]", []),
        ("# memwizard: ignore[MW103]", ["MW102"]),
        ("# memwizard: ignored[MW102]", ["MW102"]),
        ("# ignore[MW102]", ["MW102"]),
    ],
)
def test_a_comment_at_the_end_of_a_line(here: Path, comment: str, left: list[str]) -> None:
    done = check(here, text=BAD.replace("eval_batch_size: 8", f"eval_batch_size: 8  {comment}"))
    assert codes(done) == [*left, "MW103"]
    assert done.err == ""


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# memwizard: ignore-file[MW102]", ["MW103"]),
        ("  # memwizard: ignore-file[padding-off,MW102]", []),
        ("# memwizard: ignore-file", []),
    ],
)
def test_a_comment_for_the_file(here: Path, comment: str, left: list[str]) -> None:
    assert codes(check(here, text=f"{BAD}{comment}\n")) == left
    assert codes(check(here, text=f"{comment}\n{BAD}".replace("\n", "\r\n"))) == left


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("eval_batch_size: 8", "eval_batch_size: 8 # memwizard: ignore[MW999]", "there is no rule 'MW999' to ignore"),
        ("eval_batch_size: 8", "# memwizard: ignore[MW102]\neval_batch_size: 8", "counts for its own line"),
        ("eval_batch_size: 8", "eval_batch_size: 8 # memwizard: ignore-file", "a line of its own"),
    ],
)
def test_a_comment_that_cannot_be_followed(here: Path, old: str, new: str, words: str) -> None:
    text = BAD.replace(old, new)
    done = check(here, text=text)
    assert codes(done) == ["MW102", "MW103"]
    (said,) = done.err.splitlines()
    line = next(number for number, one in enumerate(text.splitlines(), 1) if "memwizard" in one)
    assert said.startswith(f"memwizard: my.yml:{line}: ")
    assert words in said


@pytest.mark.parametrize(
    "value", ['"x # memwizard: ignore-file"', "|\n  # memwizard: ignore-file\n  x", "x#memwizard:ignore"]
)
def test_what_is_no_comment(here: Path, value: str) -> None:
    assert codes(check(here, "--select", "MW102", text=BAD + f"wandb_name: {value}\n")) == ["MW102"]


# --- files


def test_a_folder_a_pattern_and_what_is_skipped(here: Path) -> None:
    for name in ("configs/b.yml", "configs/a.yml", "configs/.git/c.yml"):
        put(here / name, BAD)
    put(here / "configs" / "ci.yml", "on: push\n")
    done = run("check", "configs", "configs/*.yml", "--gpu", "rtx-4090", "--format", "json", "--skip-others")
    assert [row["config"] for row in done.rows()] == ["configs/a.yml", "configs/b.yml"]
    assert done.err == "memwizard: configs: 1 YAML file skipped, no Axolotl config\n"


def test_a_hook_gives_every_yaml_file(here: Path) -> None:
    put(here / "ci.yml", "on: push\n")
    done = run("check", "ci.yml", "--gpu", "rtx-4090", "--skip-others")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_lines_are_those_of_the_file(here: Path) -> None:
    (finding,) = check(here, "--select", "MW102").row()["findings"]
    assert finding["line"] == number_of(BAD, "eval_batch_size")
    assert finding["column"] == 1
    assert GOOD.splitlines()[finding["line"] - 2].startswith("lora_embedding_kernel")


# --- what docs/check.md and .pre-commit-hooks.yaml promise

ROOT = Path(__file__).parents[2]


def test_the_hooks_are_commands(here: Path) -> None:
    put(here / "ci.yml", "on: push\n")
    put(here / "my.yml", BAD)
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in hooks] == ["memwizard", "memwizard-fix"]
    for hook in hooks:
        program, *arguments = hook["entry"].split()
        assert program == "memwizard"
        done = run(*arguments, "--gpu", "a100-80gb", "--select", "MW102", "--format", "json", "ci.yml", "my.yml")
        assert [row["config"] for row in done.rows()] == ["my.yml"]
    assert "eval_batch_size: 1\n" in (here / "my.yml").read_text()


def test_the_settings_of_the_documents_work(here: Path) -> None:
    text = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
    (settings,) = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    put(here / "pyproject.toml", settings)
    put(here / "my.yml", BAD)
    done = run("check", "my.yml", "--format", "json")
    assert (done.code, done.err) == (1, "")
    assert codes(done) == ["MW102"]
