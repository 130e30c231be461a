"""What a command does not need, it does not import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import sys
from wizard.cli import main
try:
    main({arguments!r})
except SystemExit:
    pass
heavy = [name for name in {forbidden!r} if name in sys.modules]
print("HEAVY", heavy)
"""


def imported(arguments: list[str], forbidden: list[str]) -> str:
    code = CODE.format(arguments=arguments, forbidden=forbidden)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def test_help_is_light() -> None:
    assert imported(["--help"], ["textual", "pynvml", "pydantic", "yaml", "platformdirs"]) == "HEAVY []"


@pytest.mark.parametrize("command", ["check", "estimate"])
def test_reading_commands_know_no_screen(command: str, tmp_path: Path) -> None:
    config = tmp_path / "a.yml"
    config.write_text("base_model: Qwen/Qwen3-0.6B\n")
    assert imported([command, str(config), "--gpu", "24GiB"], ["textual", "pynvml"]) == "HEAVY []"


TEXTS = [
    ["check", "a.yml", "--gpu", "24GiB"],
    ["check", "a.yml", "--gpu", "24GiB", "--format", "sarif"],
    ["estimate", "a.yml", "--gpu", "24GiB"],
    ["fit", "a.yml", "--gpu", "24GiB"],
    ["data", "rows.jsonl"],
    ["probe", "--demo", "t4"],
    ["explain", "MW102"],
    *([command] for command in ("rules", "presets", "models", "gpus", "config")),
]


@pytest.mark.parametrize("arguments", TEXTS, ids=" ".join)
def test_only_json_needs_the_shapes_of_json(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yml").write_text("base_model: Qwen/Qwen3-0.6B\n", encoding="utf-8")
    Path("rows.jsonl").write_text('{"instruction": "a", "input": "", "output": "b"}\n', encoding="utf-8")
    assert imported(arguments, ["pydantic"]) == "HEAVY []"


def test_the_probe_process_alone_imports_nvml() -> None:
    assert imported(["probe"], ["textual", "pynvml"]) == "HEAVY []"
