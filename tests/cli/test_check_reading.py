"""What `check` and `estimate` make of files that are odd: keys given twice, templates, values that memory ignores."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.cli.command import Done, run
from tests.cli.configs import GOOD, with_line
from wizard.knowledge.axolotl.versions import newest

TWICE = GOOD + "lora_r: 8\n"


def check(here: Path, text: str, *arguments: str) -> Done:
    (here / "my.yml").write_text(text, encoding="utf-8")
    return run("check", "my.yml", "--gpu", "rtx-4090", *arguments)


def findings(here: Path, text: str, *arguments: str) -> list[tuple[str, str, int | None]]:
    (row,) = check(here, text, "--format", "json", *arguments).rows()
    return [(one["code"], one["severity"], one["line"]) for one in row["findings"]]


def test_a_key_given_twice_is_a_finding_and_everything_else_is_judged(here: Path) -> None:
    text = TWICE + "eval_batch_size: 8\n"
    assert findings(here, text) == [("MW102", "warning", 27), ("MW830", "warning", 26)]
    said = check(here, text).out
    assert "my.yml:26:1: MW830 warning [*] lora_r is given twice, on lines 7 and 26: the last counts, 8, " in said
    assert "take out the one on line 7" in said
    assert run("estimate", "my.yml", "--gpu", "rtx-4090").code == 0


def test_the_fix_takes_out_the_one_that_does_not_count(here: Path) -> None:
    done = check(here, TWICE, "--fix")
    assert (done.code, done.out) == (0, f"1 file, Axolotl {newest()}: 1 fixed, none left\n")
    assert (here / "my.yml").read_text() == GOOD.replace("lora_r: 16\n", "") + "lora_r: 8\n"


def test_another_fix_changes_the_one_that_counts(here: Path) -> None:
    text = GOOD + "eval_batch_size: 1\nadam_beta1: 0.9\neval_batch_size: 8\n"
    check(here, text, "--fix", "--select", "MW102")
    assert (here / "my.yml").read_text() == text.replace("eval_batch_size: 8", "eval_batch_size: 1")
    assert yaml.safe_load((here / "my.yml").read_text())["eval_batch_size"] == 1


def test_thousands_of_keys_given_twice_are_told_in_a_few_words(here: Path) -> None:
    found = findings(here, GOOD + "".join(f"k{n}: 1\nk{n}: 1\n" for n in range(3000)), "--select", "MW830")
    assert len(found) == 21
    assert {code for code, _, _ in found} == {"MW830"}


def test_ignoring_it_where_it_is_told(here: Path) -> None:
    assert findings(here, TWICE.removesuffix("\n") + "  # memwizard: ignore[key-given-twice]\n") == []


def test_templates_are_one_finding(here: Path) -> None:
    text = with_line(
        "base_model: ${BASE_MODEL}", "micro_batch_size: ${MBS}", "learning_rate: '{{ rate }}'", "lora_r: $R"
    )
    done = check(here, text, "--format", "json")
    assert (done.code, done.err) == (1, "")
    (row,) = done.rows()
    assert row["estimate"] is None
    (mine, other) = sorted(row["findings"], key=lambda one: one["code"], reverse=True)
    assert (mine["code"], mine["severity"], mine["line"]) == ("MW832", "error", 1)
    assert mine["fields"] == ["base_model", "micro_batch_size", "learning_rate"]
    assert other["code"] == "MW803"
    done = run("estimate", "my.yml", "--gpu", "rtx-4090")
    assert done.refusal() == (
        "my.yml:1: `base_model` holds the template ${BASE_MODEL}, which nothing has filled in: render the file first"
    )


def test_a_template_in_a_text_is_a_warning_and_does_not_stop_the_estimate(here: Path) -> None:
    text = with_line("output_dir: out/${RUN}")
    assert findings(here, text) == [("MW832", "warning", 26)]
    assert run("estimate", "my.yml", "--gpu", "rtx-4090").code == 0


@pytest.mark.parametrize("line", ["wandb_watch: false", "logging_steps: 0.2", "save_total_limit: two"])
def test_a_value_that_memory_does_not_follow_from_stops_no_estimate(here: Path, line: str) -> None:
    (here / "my.yml").write_text(with_line(line))
    for command in ("estimate", "fit"):
        assert run(command, "my.yml", "--gpu", "rtx-4090").code == 0
    assert findings(here, with_line(line)) == [("MW803", "error", 26)]


def test_a_broken_setting_is_told_for_each_file(here: Path) -> None:
    (here / ".memwizard.toml").write_text("gpu = 5\n")
    (row,) = check(here, GOOD, "--format", "json").rows()
    (finding,) = row["findings"]
    assert (finding["code"], finding["line"]) == ("MW831", None)
    assert ".memwizard.toml" in finding["message"]
