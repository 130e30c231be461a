"""Small files that once took minutes: each takes its second, and what is cut short says so."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import run

SECONDS = 20
"""Of processor time, which a process that goes wrong is ended by; without the fault it takes one or two."""
BEGIN = """base_model: HuggingFaceTB/SmolLM2-135M
learning_rate: 1e-4
micro_batch_size: 1
gradient_accumulation_steps: 1
"""
DATA = "datasets:\n  - path: d\n    type: alpaca\n"
LORA = DATA + "adapter: lora\nlora_r: 8\nlora_alpha: 16\n"
FILES = {
    "unknown keys": DATA + "".join(f"some_key_{number}: 1\n" for number in range(40_000)),
    "keys given twice": DATA + "".join(f"key_{number}: 1\nkey_{number}: 2\n" for number in range(10_000)),
    "inner keys": DATA + "trl:\n" + "".join(f"  num_generatio{number}: 1\n" for number in range(20_000)),
    "comments": DATA + "".join(f"k{number}: # memwizard: ignore[MW801]\n" for number in range(25_000)),
    "base 60": DATA + "warmup_steps: " + ":".join(["1"] * 400_000) + "\n",
    "targets": LORA + f"lora_target_modules: [{', '.join(f'mod{number}' for number in range(90_000))}]\n",
    "endless target": LORA + "lora_target_modules: '(([a-z_.0-9])+)+!'\n",
    "endless weight": DATA + "unfrozen_parameters: ['(([a-z_.0-9])+)+!']\n",
    "weights": DATA + "unfrozen_parameters:\n" + "".join(f"  - model.layers.{n}.x\n" for n in range(40_000)),
    "plugins": DATA + "plugins:\n" + "".join(f"  - axolotl.integrations.foo{n}.Bar\n" for n in range(15_000)),
    "sharegpt": "datasets:\n"
    + "".join(f"  - path: d{n}\n    type: sharegpt\n    conversation: chatml\n" for n in range(3000)),
}


def ended(*arguments: str) -> int:
    """The exit code of a command that is ended where it takes too long."""
    return subprocess.run(
        [sys.executable, "-m", "wizard", *arguments], capture_output=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS)),
    ).returncode  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_small_file_is_judged_at_once(name: str, tmp_path: Path) -> None:
    file = tmp_path / "my.yml"
    file.write_text(BEGIN + FILES[name])
    assert ended("check", str(file), "--gpu", "rtx-4090") in (0, 1, 2)
    assert ended("migrate", str(file)) in (0, 1, 2)


def test_what_is_cut_short_says_so(tmp_path: Path) -> None:
    file = tmp_path / "my.yml"
    file.write_text(BEGIN + FILES["unknown keys"])
    found = run("check", str(file), "--gpu", "rtx-4090", "--format", "json").row()["findings"]
    told = [one["message"] for one in found if one["code"] == "MW801"]
    assert len(told) == 101
    assert told[-1].startswith("more of the same from here on, not told one by one: some_key_100 is not")
    file.write_text(BEGIN + FILES["targets"])
    (absent,) = (
        one["message"]
        for one in run("check", str(file), "--gpu", "rtx-4090", "--format", "json").row()["findings"]
        if one["code"] == "MW337"
    )
    assert len(absent) < 2100
    assert absent.endswith(" more characters)")


@pytest.mark.parametrize(
    ("key", "code"),
    [("adapter: lora\nlora_r: 8\nlora_alpha: 16\nlora_target_modules", "MW317"), ("unfrozen_parameters", "MW338")],
)
def test_an_expression_that_may_never_end_is_named(key: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / "my.yml"
    file.write_text(f"{BEGIN}{DATA}{key}: '((a|a)+)+!'\n")
    told = [one for one in run("check", str(file), "--format", "json").row()["findings"] if one["code"] == code]
    assert [one["severity"] for one in told][:1] == ["warning"]
    assert "may never end; it is not tried here" in told[0]["message"]
