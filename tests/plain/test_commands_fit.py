"""The words `fit` and `take best`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plain.dialogues import opening, talk
from wizard.fit.answer import answer
from wizard.fit.search import usual
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.plain.render import UNKNOWN, fit_lines
from wizard.world.presets import preset


def test_the_best_comes_first_then_each_change_with_its_price() -> None:
    model, machine = built("Qwen/Qwen3-8B"), named_machine("rtx-4090")
    plan = preset("qlora-24gb").plan
    lines = fit_lines(answer(plan, model, machine, usual(model, ("qlora",), "quality")))
    assert lines[0].startswith("Best for quality: QLoRA")
    assert lines[1] == "take best takes it."
    assert any(": saves 1.5 GiB, then 9.8 GiB, fits; gives up nothing." in line for line in lines)
    assert any(": takes " in line and "; gains " in line for line in lines)


def test_where_nothing_fits_it_says_what_else_would() -> None:
    model, machine = built("meta-llama/Llama-3.1-70B"), named_machine("rtx-4090")
    lines = fit_lines(answer(preset("qlora-24gb").plan, model, machine, usual(model, ("qlora",), "quality")))
    assert lines[0].startswith("Nothing fits with rows of 2,048 tokens. What would else do: ")
    assert "take best takes it." not in lines
    assert fit_lines(None) == [UNKNOWN]


def test_the_words_at_a_prompt() -> None:
    _, person = talk(opening(), "step 3", "fit", "take best", "undo", "quit")
    assert "Best for quality: " in person.text
    assert "Best for quality: LoRA" in person.text
    assert "Taken: LoRA" in person.text


def test_the_data_at_a_prompt() -> None:
    _, person = talk(opening(), "data", "quit")
    assert "not a file on this machine" in person.text


def test_launch_writes_beside_the_config_and_asks_for_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, person = talk(opening(target="my.yml"), "launch slurm", "quit")
    assert "Wrote my.slurm." in person.said
    assert "start it with: sbatch my.slurm" in person.text
    script = tmp_path / "my.slurm"
    script.write_text("mine", encoding="utf-8")
    _, person = talk(opening(target="my.yml"), "launch slurm", "no", "quit")
    assert script.read_text(encoding="utf-8") == "mine"
    _, person = talk(opening(target="my.yml"), "launch slurm", "yes", "quit")
    assert script.read_text(encoding="utf-8") != "mine"
    _, person = talk(opening(target="my.yml"), "launch ray", "undo", "quit")
    assert "use_ray" in person.text
    assert "Undone: to start with ray." in person.text


def test_another_preference() -> None:
    _, person = talk(opening(), "fit speed", "fit length", "quit")
    assert "Best for speed: " in person.text
    assert "Best for length: " in person.text
