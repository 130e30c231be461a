"""What is said is what happened."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.command import run

LLAMA = {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 100}


def test_work_that_could_not_be_kept_is_not_called_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = "\n\nQwen/Qwen3-0.6B\nquit\n"
    kept = run("--plain", "--gpu", "rtx-4090", "--preset", "qlora-24gb", stdin=answers)
    assert "your work is kept; to go on with it: memwizard --resume" in kept.err
    monkeypatch.setenv("XDG_STATE_HOME", "/proc")
    lost = run("--plain", "--gpu", "rtx-4090", "--preset", "qlora-24gb", stdin=answers)
    assert "your work is lost: no draft is kept: " in lost.err
    assert "--resume" not in lost.err


def test_of_several_files_none_is_written_where_one_can_not_be(here: Path) -> None:
    (here / "my.slurm").mkdir()
    done = run("generate", "--preset", "qlora-24gb", "--gpu", "rtx-4090", "--launch", "slurm", "-o", "my.yml")
    assert "my.slurm: is a folder" in done.refusal()
    assert os.listdir(here) == ["my.slurm"]


def test_a_disk_that_is_full_by_then_is_told_with_what_was_written(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.replace

    def full(source: str, target: Path) -> None:
        if str(target).endswith(".slurm"):
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", full)
    done = run("generate", "--preset", "qlora-24gb", "--gpu", "rtx-4090", "--launch", "slurm", "-o", "my.yml")
    assert (done.code, os.listdir(here)) == (2, ["my.yml"])
    assert done.err.splitlines()[-1].endswith("No space left on device; 1 of 2 files was written: my.yml")


@pytest.mark.parametrize("model", ["tokenizer", "nobody/unknown"])
def test_rows_are_counted_without_the_model(here: Path, model: str) -> None:
    (here / "tokenizer").mkdir()
    words = {"version": "1.0", "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}
    (here / "tokenizer" / "tokenizer.json").write_text(json.dumps(words))
    (here / "rows.jsonl").write_text('{"text": "aaaa"}\n')
    done = run("data", "rows.jsonl", "--model", model, "--gpu", "rtx-4090")
    assert (done.code, "completion" in done.out) == (0, True)


@pytest.mark.parametrize(
    "block",
    [
        {"quant_method": "gptq", "bits": -16},
        {"quant_method": "awq", "bits": 10**400},
        {"quant_method": "gptq", "bits": 4, "group_size": 10**400},
        {"quant_method": "gptq", "bits": float("nan"), "group_size": float("inf")},
    ],
)
def test_a_quantization_that_is_none_widens_the_range(here: Path, block: dict[str, object]) -> None:
    (here / "model").mkdir()
    config = {**LLAMA, "intermediate_size": 128, "quantization_config": block}
    (here / "model" / "config.json").write_text(json.dumps(config))
    (here / "my.yml").write_text("adapter: lora\nlora_r: 8\nlora_target_linear: true\n")
    row = run("estimate", "my.yml", "--model", "model", "--gpu", "rtx-4090", "--json").row()
    assert 0 < row["device_bytes"]["low"] <= row["device_bytes"]["likely"] <= row["device_bytes"]["high"]


def test_a_number_of_five_thousand_digits_is_one_sentence(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(here))
    (here / "memwizard").mkdir()
    (here / "memwizard" / "config.toml").write_text(f"gpu = {'1' * 5000}\n")
    assert "not valid TOML: a number with too many digits" in run("config", "show").refusal()
    (here / "memwizard" / "config.toml").unlink()
    (here / "pyproject.toml").write_text(f"[tool.memwizard]\nline = {'1' * 5000}\n")
    (here / "my.yml").write_text("base_model: Qwen/Qwen3-8B\n")
    assert "not valid TOML: a number with too many digits" in run("check", "my.yml").refusal()
