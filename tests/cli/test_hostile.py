"""Defects that were found once in the commands and in what they print: each stays mended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.cli.command import run
from tests.cli.configs import GOOD, with_line

PRESET = ("generate", "--preset", "qlora-24gb", "--gpu", "rtx-4090")


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", line.replace("memwizard", f"'{sys.executable}' -m wizard")],
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **environment}, errors="replace",
    )  # fmt: skip


def is_one_line(done: subprocess.CompletedProcess[str]) -> bool:
    return len(done.stderr.splitlines()) == 1 and done.stderr.startswith("memwizard: ")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "my.yml").write_text(GOOD)
    return folder


# --- C1: a long text with a comment behind its first half is another text


@pytest.mark.parametrize("key", ["deepspeed", "optimizer"])
def test_c1_a_long_text_comes_back(key: str) -> None:
    text = " ".join(["words"] * 40)
    assert yaml.safe_load(run(*PRESET, "--set", f"{key}={text}").out)[key] == text


def test_c1_a_model_in_a_long_path(here: Path) -> None:
    folder = here / ("a folder with spaces " * 4 + "x") / ("another folder with spaces " * 4 + "y")
    folder.mkdir(parents=True)
    config = {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    (folder / "config.json").write_text(json.dumps({**config, "intermediate_size": 160, "vocab_size": 1000}))
    done = run(*PRESET, "--model", str(folder))
    assert yaml.safe_load(done.out)["base_model"] == str(folder)


# --- C2: tracebacks


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("memwizard rules > /dev/full", id="full disk"),
        pytest.param("memwizard generate --preset qlora-24gb --gpu t4 > /dev/full", id="full disk, generate"),
        pytest.param("memwizard check - --gpu t4 <&-", id="stdin closed"),
        pytest.param("memwizard generate --preset qlora-24gb --gpu t4 -o loop.yml", id="link to itself"),
        pytest.param(f"memwizard generate --preset qlora-24gb --gpu t4 -o {'x' * 300}", id="long name"),
        pytest.param("mkdir gone; cd gone; rmdir ../gone; memwizard check ../my.yml --gpu t4", id="folder gone"),
        pytest.param(f"memwizard check my.yml --gpu {'9' * 400}GiB", id="gpu"),
    ],
)
def test_c2_one_sentence(here: Path, line: str) -> None:
    (here / "loop.yml").symlink_to("loop.yml")
    done = shell(line, PYTHONPATH=os.environ.get("PYTHONPATH") or str(Path(__file__).parents[2]))
    assert "Traceback" not in done.stderr
    assert done.returncode == 2
    assert is_one_line(done)


def test_c2_stdin_closed_and_a_file_in_the_way(here: Path) -> None:
    done = shell("memwizard generate --preset qlora-24gb --gpu t4 -o my.yml <&-")
    assert "Traceback" not in done.stderr
    assert done.returncode == 2
    done = shell("memwizard wizard <&-", TERM="xterm")
    assert done.returncode == 2
    assert is_one_line(done)


@pytest.mark.parametrize("command", ["check my.yml --format json", "estimate my.yml --json", "check my.yml"])
def test_c2_a_file_name_that_is_no_utf8(here: Path, command: str) -> None:
    os.rename("my.yml", b"my\xff.yml")
    done = shell("memwizard " + command.replace("my.yml", "my*.yml") + " --gpu rtx-4090")
    assert "Traceback" not in done.stderr
    assert done.returncode == 0


def test_c2_a_terminal_that_knows_no_arrow(here: Path) -> None:
    (here / "my.yml").write_text(with_line("micro_batch_size: 8"))
    done = shell("memwizard check my.yml --gpu 24GiB", PYTHONIOENCODING="latin-1")
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


# --- C3: what a file says is not printed raw


def test_c3_no_line_breaks_and_no_escapes_from_a_file(here: Path) -> None:
    (here / "my.yml").write_text(with_line('base_model: "a\\nb\\x1b[31mred"'))
    done = run("estimate", "my.yml", "--gpu", "rtx-4090")
    assert len(done.err.splitlines()) == 1
    assert "\x1b" not in done.err


# --- C4: generate


@pytest.mark.parametrize("setting", ["bf16=true", "bf16=auto"])
def test_c4_never_both_precisions(setting: str) -> None:
    values = yaml.safe_load(run("generate", "--preset", "qlora-12gb", "--gpu", "t4", "--set", setting).out)
    assert not (values["bf16"] and values.get("fp16"))


def test_c4_the_next_commands_can_be_pasted() -> None:
    done = run(*PRESET, "-o", "my config.yml")
    assert done.err.splitlines()[-1] == "  axolotl train 'my config.yml'"


@pytest.mark.parametrize("setting", ["micro_batch_size=-3", "micro_batch_size=0", "sequence_len=-1", "lora_r=0"])
def test_c4_a_number_that_cannot_be_is_no_fit(setting: str) -> None:
    done = run(*PRESET, "--set", setting)
    assert done.code in (1, 2)


# --- C5: smaller ones


def test_c5_no_good_news_about_no_file(here: Path) -> None:
    done = run("check", "none.yml", "--gpu", "rtx-4090")
    assert done.out == ""


def test_c5_the_shell_completes_commands() -> None:
    done = shell("memwizard", _MEMWIZARD_COMPLETE="bash_complete", COMP_WORDS="memwizard gen", COMP_CWORD="1")
    assert "plain,generate" in done.stdout.splitlines()
