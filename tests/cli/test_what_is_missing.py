"""A file of another kind is named as what it is, and what is not known is named with what to type."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.cli.command import run

PRESET = Path(__file__).parents[2] / "presets" / "qlora-24gb.yml"
ROW = '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "yo"}]}\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", ["check", "fit", "estimate", "migrate"])
@pytest.mark.parametrize("rows", [1, 3])
def test_a_data_file_is_named_as_one(command: str, rows: int, here: Path) -> None:
    (here / "chat.jsonl").write_text(ROW * rows, encoding="utf-8")
    done = run(command, "chat.jsonl", "--gpu", "24GiB") if command != "migrate" else run(command, "chat.jsonl")
    assert done.code == 2
    assert "this is a data file: `memwizard data chat.jsonl`" in done.out + done.err


def test_what_is_no_text_is_no_log(here: Path) -> None:
    (here / "bin.log").write_bytes(random.Random(1).randbytes(3000))
    assert run("doctor", "bin.log").refusal().startswith("bin.log: is not text; name what the run printed")


def test_a_log_in_another_encoding_is_a_log(here: Path) -> None:
    (here / "a.log").write_bytes("Schritt 1: läuft\n\x1b[32mok\x1b[0m\n".encode("latin-1") + b"\x00" * 40)
    assert run("doctor", "a.log").code == 0


@pytest.mark.parametrize("gpu", ["rtx-3090", "2xa100-80gb"])
def test_the_host_memory_of_the_gpu_that_was_named_can_be_told(gpu: str) -> None:
    assert f"`--gpu {gpu}+64GiB` says it" in run("estimate", PRESET, "--gpu", gpu).out


def test_a_budget_without_rows_says_that_they_are_missing(here: Path) -> None:
    done = run("fit", PRESET, "--budget", "20", "--gpu", "rtx-4090")
    assert "Missing is how much data there is" in done.out
    assert "Missing is how fast" not in done.out
    assert "unknown" not in done.out


def test_a_budget_for_a_gpu_without_a_price_says_so(here: Path) -> None:
    (here / "rows.jsonl").write_text(ROW * 50, encoding="utf-8")
    text = "base_model: Qwen/Qwen3-8B\nadapter: qlora\nload_in_4bit: true\nlora_r: 8\nlora_target_linear: true\n"
    data = "datasets:\n  - path: rows.jsonl\n    type: chat_template\n"
    (here / "my.yml").write_text(text + data, encoding="utf-8")
    said = run("fit", "my.yml", "--budget", "20", "--gpu", "rtx-3060-12gb").out
    assert "how much data" not in said
    assert "Missing is what an hour costs" in said
