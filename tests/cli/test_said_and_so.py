"""What is said is what happened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
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


@pytest.mark.parametrize("command", ["check my.yml", "models --json", "estimate my.yml", "data rows.jsonl"])
def test_a_reader_that_goes_away_is_no_error_that_was_found(here: Path, command: str) -> None:
    (here / "my.yml").write_text("base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 8\nlora_target_linear: true\n")
    (here / "rows.jsonl").write_text('{"text": "a"}\n')
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "wizard", *command.split()], stdout=gone, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 141
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


def test_a_byte_that_is_no_text_is_a_wrong_answer(here: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wizard", "--plain", "--gpu", "rtx-4090", "--preset", "qlora-24gb"],
        input=b"caf\xe9\n\nquit\n",
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"},
    )
    assert b"Traceback" not in done.stderr
    assert b"no file was written" in done.stderr


def test_a_table_that_unpacks_to_much_takes_little_memory(here: Path) -> None:
    """600 rows of one text of 4 MiB, which is in the file once: 2.4 GiB if each row had its own."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    column = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 600, "int32"), ["a" * (4 << 20)])
    parquet.write_table(
        pyarrow.table({"text": column}), here / "rows.parquet", compression="zstd", dictionary_pagesize_limit=1 << 30
    )
    assert (here / "rows.parquet").stat().st_size < 10_000
    code = (
        "import resource, sys\nfrom wizard.cli import main\n"
        "try:\n    main(['data', 'rows.parquet'])\nexcept SystemExit as left:\n"
        "    print(left.code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    status, mebibytes = map(int, done.stderr.split())
    assert status == 0
    assert mebibytes < 600
