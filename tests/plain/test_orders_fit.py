"""The words `fit` and `take best`."""

from __future__ import annotations

from tests.plain.dialogues import opening, talk
from wizard.fit.answer import answer
from wizard.fit.search import usual
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models import built
from wizard.plain.told import UNKNOWN, fit_lines
from wizard.world.presets import preset


def test_the_best_comes_first_then_each_change_with_its_price() -> None:
    model, machine = built("Qwen/Qwen3-8B"), named_machine("rtx-4090")
    plan = preset("qlora-24gb").plan
    lines = fit_lines(answer(plan, model, machine, usual(model, ("qlora",), "quality")))
    assert lines[0].startswith("Best for quality: QLoRA")
    assert lines[1] == "take best takes it."
    assert any(": saves 1.2 GiB, then 10.1 GiB, fits; gives up nothing." in line for line in lines)
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
