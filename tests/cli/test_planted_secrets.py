"""Tokens that are planted in a file, its values and its URLs come out of no command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import run

TOKEN, KEY, PASSWORD = "hf_abcdefghijklmnopqrstuvwxyz0123", "0123456789abcdef0123456789abcdef", "correcthorse"
FILE = f"""\
base_model: Qwen/Qwen3-8B
adapter: lora
lora_r: 8
lora_target_linear: true
hf_use_auth_token: {TOKEN}
hf_token: {TOKEN}
wandb_api_key: {KEY}
env: {{HF_TOKEN: {TOKEN}, MLFLOW_PASSWORD: {PASSWORD}}}
wandb_project: {TOKEN}
batch_size: 8
datasets:
  - path: https://me:{PASSWORD}@hub.example/data
    type: alpaca
    token: {TOKEN}
"""


@pytest.mark.parametrize(
    "command",
    [
        "check", "check --diff", "check --diff --unsafe-fixes", "check --format json", "check --format github",
        "check --format sarif", "check --statistics", "estimate", "estimate --json", "estimate --explain", "fit",
        "fit --json", "migrate", "migrate --diff",
    ],
)  # fmt: skip
def test_no_command_shows_one(command: str, here: Path) -> None:
    (here / "my.yml").write_text(FILE)
    name, *options = command.split()
    gpu = [] if name == "migrate" else ["--gpu", "rtx-4090"]
    done = run(name, *options, "my.yml", *gpu)
    for secret in (TOKEN, KEY, PASSWORD):
        assert secret not in done.out + done.err
    assert done.code in (0, 1, 2)


def test_the_file_itself_keeps_them(here: Path) -> None:
    (here / "my.yml").write_text(FILE)
    run("check", "--fix", "my.yml", "--gpu", "rtx-4090")
    kept = (here / "my.yml").read_text()
    assert kept != FILE
    assert (kept.count(TOKEN), kept.count(KEY), kept.count(PASSWORD)) == (5, 1, 2)
    moved = run("migrate", "--json", "my.yml", "--axolotl", "0.21").row()
    assert moved["text"].count(TOKEN) == 5
    assert TOKEN not in str([moved["moves"], moved["open"]])
    through = run("check", "--fix", "-", stdin=FILE).out
    assert (through.count(TOKEN), through.count(KEY)) == (5, 1)


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_a_file_of_findings_has_none(here: Path, form: str) -> None:
    (here / "my.yml").write_text(FILE)
    run("check", "my.yml", "--format", form, "--output-file", "found.txt")
    kept = (here / "found.txt").read_text()
    assert kept
    assert not [secret for secret in (TOKEN, KEY, PASSWORD) if secret in kept]
