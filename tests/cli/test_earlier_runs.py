"""`check` on folders of an earlier run that a file goes on from."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import run

START = "base_model: HuggingFaceTB/SmolLM2-135M\nlearning_rate: 0.0002\nadapter: lora\nlora_r: 8\nlora_alpha: 16\n"


def found(folder: Path, lines: str) -> list[str]:
    file = folder / "my.yml"
    file.write_text(START + lines, encoding="utf-8")
    told = run("check", str(file), "--format", "json").row()
    return [one["message"] for one in told["findings"] if one["code"] == "MW824"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    (message,) = found(tmp_path, "resume_from_checkpoint: out/checkpoint-5\n")
    assert message.startswith("resume_from_checkpoint is out/checkpoint-5: there is no such folder")
    (message,) = found(tmp_path, "lora_model_dir: ./first\n")
    assert message.startswith("lora_model_dir is ./first: there is no such folder")


def test_one_beside_the_file_is_there_and_an_id_is_not_looked_for(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    assert found(tmp_path, "lora_model_dir: ./first\nresume_from_checkpoint: first\n") == []
    assert found(tmp_path, "lora_model_dir: somebody/adapter\n") == []
