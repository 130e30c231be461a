"""`memwizard doctor`: files, configs, fixes and exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.cli.command import run
from tests.doctor.corpus import CORPUS

TEXTS = {one.name: one.text for one in CORPUS}
CONFIG = """# mine
base_model: Qwen/Qwen3-8B
datasets:
  - path: mhenrichsen/alpaca_2k_test
    type: alpaca
adapter: qlora
load_in_4bit: true
lora_r: 32
lora_alpha: 64
lora_target_linear: true
sequence_len: 4096   # long
micro_batch_size: 8
gradient_accumulation_steps: 2
val_set_size: 0.05
optimizer: adamw_torch
learning_rate: 0.0002
bf16: true
attn_implementation: flash_attention_2
gradient_checkpointing: true
output_dir: ./out
"""


def put(folder: Path, name: str) -> Path:
    path = folder / f"{name}.log"
    path.write_bytes(TEXTS[name].encode())
    return path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "my.yml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def test_exit_codes(tmp_path: Path) -> None:
    assert run("doctor", put(tmp_path, "longest-row-128")).code == 1
    fine = tmp_path / "fine.log"
    fine.write_text("[axolotl.train] Training completed! Saving trained model to ./out.\n", encoding="utf-8")
    done = run("doctor", fine)
    assert (done.code, "came to its end" in done.out) == (0, True)
    assert "no-such.log" in run("doctor", tmp_path / "no-such.log").refusal()
    assert "folder" in run("doctor", tmp_path).refusal()
    both = run("doctor", fine, tmp_path / "no-such.log", "--json")
    assert (both.code, len(both.rows()), "no-such.log" in both.err) == (2, 1, True)


def test_stdin_is_a_log() -> None:
    done = run("doctor", "-", "--json", stdin=TEXTS["first-optimizer-step-adamw"])
    assert (done.row()["log"], done.row()["cause"]) == ("<stdin>", "first_optimizer_step")


def test_an_empty_log_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.log").touch()
    done = run("doctor", tmp_path / "empty.log", "--json")
    assert (done.code, done.row()["died"], done.row()["why"]) == (0, False, "The log is empty.")


def test_several_ranks_are_put_together(tmp_path: Path) -> None:
    died = put(tmp_path, "longest-row-128")
    waited = put(tmp_path, "only-followers")
    rows = run("doctor", waited, died, "--json").rows()
    assert [row["cause"] for row in rows] == ["longest_row", "longest_row"]
    assert [row["after"] for row in rows] == [str(died), None]
    assert f"{died}:" in rows[0]["why"]


def test_the_first_of_two_that_died_is_named(tmp_path: Path) -> None:
    one, other = put(tmp_path, "deepspeed-prepare"), tmp_path / "rank1.log"
    text = TEXTS["deepspeed-prepare"].replace("rank2", "rank1").replace("11:02:03", "11:02:01")
    other.write_text(text, encoding="utf-8")
    rows = run("doctor", one, other, "--json").rows()
    assert rows[1]["after"] is None
    assert rows[0]["after"] == str(other)


def test_with_a_config_it_says_what_was_forecast_and_what_helps(tmp_path: Path, config: Path) -> None:
    log = put(tmp_path, "torch-2.2-backward-first")
    row = run("doctor", log, "--config", config, "--json").row()
    assert row["config"] == str(config)
    assert "The estimate forecasts" in row["why"]
    assert "could not fit" in row["why"]
    assert row["changes"]
    fits = [one["fit"] for one in row["changes"]]
    assert fits == sorted(fits, key=["fits", "tight", "unknown", "over"].index)
    assert all(one["saves_bytes"] > 0 for one in row["changes"])


def test_rows_that_are_padded_are_not_longer(tmp_path: Path, config: Path) -> None:
    log = put(tmp_path, "longest-row-128")
    assert run("doctor", log, "--config", config, "--json").row()["cause"] == "longest_row"
    config.write_text(CONFIG + "pad_to_sequence_len: true\nsample_packing: true\n", encoding="utf-8")
    assert run("doctor", log, "--config", config, "--json").row()["cause"] == "too_big"


def test_logits_are_known_by_their_size(tmp_path: Path, config: Path) -> None:
    asked = 8 * 4096 * 151936 * 4 / 2**30
    log = tmp_path / "train.log"
    log.write_text(TEXTS["torch-2.13-alloc-conf"].replace("9.28 GiB", f"{asked:.2f} GiB"), encoding="utf-8")
    why = run("doctor", log, "--config", config, "--json").row()["why"]
    assert "are the logits: 32,768 tokens × 151,936 words × 4 bytes" in why


def test_diff_shows_and_fix_writes_the_same_and_keeps_the_rest(tmp_path: Path, config: Path) -> None:
    log = put(tmp_path, "torch-2.2-backward-first")
    shown = run("doctor", log, "--config", config, "--diff")
    assert config.read_text(encoding="utf-8") == CONFIG
    assert shown.out.startswith(f"--- {config}")
    done = run("doctor", log, "--config", config, "--fix")
    assert (done.code, "is changed" in done.err) == (1, True)
    text = config.read_text(encoding="utf-8")
    assert text.startswith("# mine\n")
    assert "sequence_len: 4096   # long\n" in text
    added = {line[1:] for line in shown.out.splitlines() if line.startswith("+") and not line.startswith("+++")}
    assert added <= set(text.splitlines())
    before, after = yaml.safe_load(CONFIG), yaml.safe_load(text)
    assert before != after
    assert (after["lora_r"], after["sequence_len"], after["adapter"]) == (32, 4096, "qlora")
    rows = after["micro_batch_size"] * after["gradient_accumulation_steps"]
    assert rows == before["micro_batch_size"] * before["gradient_accumulation_steps"]


def test_a_full_disk_gets_fewer_checkpoints(tmp_path: Path, config: Path) -> None:
    run("doctor", put(tmp_path, "safetensors-full"), "--config", config, "--fix")
    assert yaml.safe_load(config.read_text(encoding="utf-8"))["save_total_limit"] == 1


def test_an_evaluation_goes_row_by_row(tmp_path: Path, config: Path) -> None:
    row = run("doctor", put(tmp_path, "evaluation-by-stack"), "--config", config, "--json").row()
    assert row["changes"][0]["changes"] == {"eval_batch_size": 1}


def test_a_rule_that_speaks_of_the_config_is_named_first(tmp_path: Path, config: Path) -> None:
    text = CONFIG.replace("adapter: qlora\nload_in_4bit: true\n", "").replace("bf16: true", "fp16: true\nbf16: false")
    config.write_text(text, encoding="utf-8")
    row = run("doctor", put(tmp_path, "fp16-scaler"), "--config", config, "--json").row()
    assert row["codes"][0] == "MW225"
    assert "finds it in the config" in row["why"]
    assert row["changes"]


def test_the_config_that_a_log_names_is_found(tmp_path: Path, config: Path) -> None:
    log = put(tmp_path, "torch-2.2-backward-first")
    log.write_text(f"$ axolotl train {config.name}\n" + log.read_text(encoding="utf-8"), encoding="utf-8")
    row = run("doctor", log, "--json").row()
    assert row["config"] == str(config)
    config.write_text("[broken", encoding="utf-8")
    assert run("doctor", log, "--json").row()["changes"] == []
    assert "my.yml" in run("doctor", log, "--config", config).refusal()


def test_what_does_not_go_together() -> None:
    assert "--config" in run("doctor", "x.log", "--fix").refusal()
    assert "--json" in run("doctor", "x.log", "--config", "y.yml", "--diff", "--json").refusal()
