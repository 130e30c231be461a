"""`check` and `fit` tell what became of the last run of a file, in one line that changes nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import run
from tests.cli.test_run import PRESET, done

CARD = ("--gpu", "rtx-4090")


def store() -> Path:
    return Path.home() / ".local" / "share" / "memwizard" / "history.jsonl"


def last(text: str) -> list[str]:
    return [line for line in text.splitlines() if "the last run" in line]


@pytest.mark.parametrize("command", ["check", "fit"])
def test_one_that_died_is_told_with_where_and_why_and_nothing_else_changes(command: str) -> None:
    before = run(command, PRESET, *CARD)
    assert last(before.err) == []
    done("runs_out")
    after = run(command, PRESET, *CARD)
    (line,) = last(after.err)
    assert "the last run with these settings (20" in line
    assert ") died at step 2: out of GPU memory" in line
    assert "; PyTorch had 10.0 GiB at the most where " in line
    assert (after.code, after.out) == (before.code, before.out)


def test_one_that_went_well_and_the_latest_counts() -> None:
    done("runs_out")
    done("trains")
    (line,) = last(run("check", PRESET, *CARD).err)
    assert ") went through, 4 steps; PyTorch had 10.0 GiB at the most where " in line


def test_of_other_settings_the_model_is_named(tmp_path: Path) -> None:
    done("fails")
    other = tmp_path / "other.yml"
    other.write_text(PRESET.read_text(encoding="utf-8").replace("logging_steps: 5", "logging_steps: 7"))
    assert "with these settings" in last(run("check", other, *CARD).err)[0]  # no memory depends on that
    (line,) = last(run("check", other, "--gpu", "2xa100-80gb").err)
    assert "the last run of Qwen/Qwen3-8B, with other settings (20" in line
    assert "died at step 4: exit code 7; PyTorch had 10.0 GiB at the most where " in line


def test_a_run_that_somebody_ended_did_not_die() -> None:
    done("trains")
    row = json.loads(store().read_text(encoding="utf-8"))
    store().write_text(json.dumps({**row, "exit_code": 130, "allocated_bytes": None, "phases": []}) + "\n")
    assert last(run("check", PRESET, *CARD).err)[0].endswith(") was ended by somebody at step 4")


def test_a_hostile_row_says_nothing_of_its_own() -> None:
    done("fails")
    row = json.loads(store().read_text(encoding="utf-8"))
    bad = {**row, "cause": "\x1b[2J fits", "begun": "\x1b]0;x\x07\n"}
    store().write_text(json.dumps(bad) + "\nno receipt\n[]\n")
    (line,) = last(run("check", PRESET, *CARD).err)
    assert "\x1b" not in line
    assert "fits" not in line


def test_scripts_are_told_nothing() -> None:
    done("runs_out")
    assert last(run("check", PRESET, *CARD, "--format", "json").err) == []
    assert last(run("fit", PRESET, *CARD, "--json").err) == []
