"""The words that work at every prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plain.dialogues import Person, Recorded, opening, own_file, talk
from wizard.domain.errors import InputError
from wizard.plain.commands import ORDERS, Order, order

RANK = "Adapter rank (lora_r) [32]: "
LENGTH = "Longest row, in tokens (sequence_len) [2048]: "


def after(person: Person, prompt: str) -> list[str]:
    """What was said after the first time of a prompt."""
    return person.said[person.said.index(prompt) + 1 :]


def test_help_tells_every_word_and_the_equals_sign() -> None:
    _, person = talk(opening(), "help")
    for word in ORDERS:
        assert any(line.startswith(f"  {word}: ") for line in person.said)
    assert "=back is the text back" in person.text


def test_a_question_mark_explains_and_asks_again() -> None:
    _, person = talk(opening(), "step 3", "", "", "?", "step 4", "?")
    assert after(person, RANK)[0].startswith("How wide the adapter's matrices are.")
    assert person.prompts.count(RANK) == 2
    assert "Twice as much - fits" in person.text
    _, person = talk(opening(), "?", "", "?", "", "?")
    assert "what is free now on the fullest GPU" in person.text
    assert "qlora-12gb: " in person.text
    assert "The largest that fit: 1) " in person.text


def test_back_goes_to_the_question_before_over_those_that_do_not_apply() -> None:
    _, person = talk(opening("full-24gb"), "step 3", "", "", "", *["back"] * 7)
    assert [prompt.split(" [")[0] for prompt in person.prompts[6:11]] == [
        "Number",  # what is trained: rank and the others do not apply
        "Number",
        "Model",
        "Number",
        "Number, or the name or size of another GPU",
    ]
    assert "This is the first question." in person.said


def test_a_step_by_its_number() -> None:
    _, person = talk(opening(), "step 5", "STEP  2", "step 9", "step", "step 0")
    assert person.prompts[1].startswith("File or dataset")
    assert person.prompts[2].startswith("Model")
    assert person.text.count("Type step and a number from 1 to 6: step 4.") == 3


def test_fix_takes_the_first_fix() -> None:
    _, person = talk(opening(), "step 3", "", "2", "step 4", "4096", "fix", "", "findings")
    said = after(person, LENGTH)
    assert any(line.startswith("New error MW901") for line in said)
    assert any(line.startswith("Fixed MW901: ") for line in said)
    assert "Settled: MW901." in said
    _, person = talk(opening(), "fix", "fix all")
    assert "There is nothing to fix." in person.said
    assert "There is no safe fix to take." in person.said


WRONG = """base_model: Qwen/Qwen3-0.6B
adapter: lora
lora_r: 16
lora_alpha: 32
lora_dropout: 0
lora_target_linear: true
sequence_len: 1024
micro_batch_size: 1
gradient_accumulation_steps: 4
gradient_checkpointing: true
learning_rate: 0.0002
evaluation_strategy: steps  # an old name
flash_attention: true  # an old switch
datasets:
  - path: mine.jsonl
    type: alpaca
"""


def test_fix_all_takes_the_safe_ones_and_undo_takes_them_back_together(tmp_path: Path) -> None:
    outside = Recorded()
    path = tmp_path / "mine.yml"
    _, person = talk(own_file(path, WRONG), "step 6", "fix all", "fix all", "undo", "redo", outside=outside)
    assert "All safe fixes: " in person.text
    assert "There is no safe fix to take." in person.said
    assert "Undone: all safe fixes: " in person.text
    assert "Done again: all safe fixes: " in person.text
    assert len(outside.kept) == 2
    assert outside.forgotten == 1  # when all was undone


def test_undo_and_redo() -> None:
    _, person = talk(opening(), "undo", "redo", "step 4", "4096", "undo", "redo", "undo", "back")
    assert "There is nothing to undo." in person.said
    assert "There is nothing to do again." in person.said
    assert person.said.count("Undone: longest row, in tokens: 4096.") == 2
    assert person.said.count("Done again: longest row, in tokens: 4096.") == 1
    assert person.prompts[-1] == LENGTH


def test_undo_of_the_answer_that_made_the_question_apply_leaves_it() -> None:
    _, person = talk(opening("full-24gb"), "step 3", "", "1", "undo")
    assert person.prompts[3].startswith("Adapter rank")
    assert person.prompts[4] == "Number [1]: "  # precision
    assert "Precision (bf16)" in person.text


def test_memory_tells_components_phases_and_changes() -> None:
    _, person = talk(opening(), "memory")
    assert "At the worst moment of the training, in backward:" in person.said
    assert any(line.startswith("  weights ") for line in person.said)
    assert any(line.startswith("  backward ") and line.endswith(", the worst") for line in person.said)
    assert "Could save:" in person.said
    assert "gives up: " in person.text


def test_findings_tells_them_all() -> None:
    _, person = talk(opening("lora-80gb"), "findings")
    assert any(line.startswith("Findings: 1 error") for line in person.said)
    assert any(line.startswith("Error MW901: ") for line in person.said)
    _, person = talk(opening(), "findings")
    assert "Findings: none." in person.said


def test_yaml_shows_the_file_as_it_would_be_written() -> None:
    _, person = talk(opening(), "step 4", "4096", "yaml")
    assert any(line.startswith("sequence_len: 4096") for line in person.said)


def test_write_goes_to_the_end_and_there_writes(tmp_path: Path) -> None:
    target = tmp_path / "a.yml"
    outcome, person = talk(opening(target=target), "write", "write")
    assert outcome is not None
    assert target.exists()
    assert len(person.prompts) == 2


def test_quit_writes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "a.yml"
    outside = Recorded()
    outcome, _ = talk(opening(target=target), "step 4", "4096", "quit", outside=outside)
    assert outcome is not None
    assert (outcome.path, outcome.text, outcome.review, outcome.code) == (None, None, None, 0)
    assert not target.exists()
    assert outside.forgotten == 0  # there is work to go on with


def test_the_equals_sign_makes_text_of_a_word() -> None:
    outside = Recorded()
    talk(opening(), "step 5", "=back", outside=outside)
    plan = outside.kept[-1]["plan"]
    assert isinstance(plan, dict)
    assert plan["set"]["datasets"][0]["path"] == "back"
    _, person = talk(opening(), "=24", "=")
    assert "Machine: a GPU of 24." in person.said


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("?", Order("?")), ("Back", Order("back")), (" fix   ALL ", Order("fix all")), ("fix", Order("fix")),
        ("step 1", Order("step", 0)), ("step 6", Order("step", 6)), ("step four", None),
        ("step Batch", Order("step", 4)), ("step data", Order("step", 5)), ("step gpus", None), ("backwards", None),
        ("fix it", None), ("", None), ("4", None), ("stepwise", None),
    ],
)  # fmt: skip
def test_what_is_an_order(line: str, found: Order | None) -> None:
    assert order(line, (0, 1, 2, 4, 5, 6)) == found


@pytest.mark.parametrize("line", ["step", "step 0", "step 7", "step 9999"])
def test_a_step_that_is_none(line: str) -> None:
    with pytest.raises(InputError):
        order(line, (0, 1, 2, 4, 5, 6))
