"""The last step: what is written, where, and what is asked before."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.plain.dialogues import Recorded, opening, own_file, talk
from wizard.questions.steps import position

OWN = """# my notes
base_model: Qwen/Qwen3-0.6B   # small
adapter: lora
lora_r: 16
lora_alpha: 32
lora_target_linear: true
sequence_len: 1024
micro_batch_size: 1
gradient_accumulation_steps: 4
learning_rate: '0.0002'  # quoted
datasets:
  - {path: mine.jsonl, type: alpaca}
wandb_project: "x"
"""


def test_an_existing_file_is_shown_first_and_kept(tmp_path: Path) -> None:
    target = tmp_path / "mine.yml"
    target.write_text("precious: true\n")
    outside = Recorded()
    outcome, person = talk(opening(target=target), "write", "", "no", "quit", outside=outside)
    assert "-precious: true" in person.said
    assert person.heard(f"{target} exists. Replace it? yes or no [no]:")
    assert person.heard(f"{target} was left as it is.")
    assert target.read_text() == "precious: true\n"
    assert outcome is not None
    assert outcome.path is None
    assert outside.forgotten == 0
    outcome, person = talk(opening(target=target), "write", "", "maybe", "yes", outside=outside)
    assert "Type yes or no." in person.said
    assert "Qwen" in target.read_text()
    assert (tmp_path / "mine.yml.bak1").read_text() == "precious: true\n"
    assert person.heard(f"The old content is {tmp_path / 'mine.yml.bak1'}.")
    assert outside.forgotten == 1


def test_enter_at_the_difference_leaves_the_file(tmp_path: Path) -> None:
    target = tmp_path / "mine.yml"
    target.write_text("precious: true\n")
    talk(opening(target=target), "write", "", "")
    assert target.read_text() == "precious: true\n"


def test_words_work_at_the_difference_too(tmp_path: Path) -> None:
    target = tmp_path / "mine.yml"
    target.write_text("precious: true\n")
    _, person = talk(opening(target=target), "step 4", "4096", "write", "", "undo", "", "back")
    assert "Undone: longest row, in tokens: 4096." in person.said
    assert person.prompts[-1] == "Result folder (output_dir) [./outputs/qlora-24gb]: "
    assert target.read_text() == "precious: true\n"


def test_the_same_file_is_already_so(tmp_path: Path) -> None:
    target = tmp_path / "a.yml"
    talk(opening(target=target), "write", "")
    outcome, person = talk(opening(target=target), "write", "")
    assert person.heard(f"{target} is already so.")
    assert outcome is not None
    assert outcome.path == str(target)
    assert list(tmp_path.iterdir()) == [target]


def test_standard_output_is_left_to_the_caller() -> None:
    outside = Recorded()
    outcome, person = talk(opening(), "write", "-", outside=outside)
    assert outcome is not None
    assert outcome.path == "-"
    assert outcome.text is not None
    assert "base_model: Qwen/Qwen3-8B" in outcome.text
    assert outcome.review is not None
    assert not [line for line in person.said if line.startswith("base_model")]
    assert outside.forgotten == 1
    outcome, _ = talk(opening(target="-"), "write", "")
    assert outcome is not None
    assert outcome.path == "-"


def test_another_name_is_taken_and_is_the_next_default(tmp_path: Path) -> None:
    wrong, right = tmp_path / "no" / "such.yml", tmp_path / "b.yml"
    outcome, person = talk(opening(), "write", str(wrong), str(right))
    assert "Not written: " in person.text
    assert person.heard(f"Write to [{wrong}]:")
    assert outcome is not None
    assert outcome.path == str(right)
    assert right.exists()


def test_names_that_cannot_be(tmp_path: Path) -> None:
    _, person = talk(opening(), "write", "a\x00b", str(tmp_path), "x" * 5000)
    assert person.text.count("Not written: ") == 3


def test_findings_are_counted_before_the_name_is_asked(tmp_path: Path) -> None:
    _, person = talk(opening("lora-80gb", tmp_path / "a.yml"), "write")
    assert "Findings: 1 error" in person.text
    assert "Type findings to hear them." in person.text
    assert "Memory: over, it does not fit." in person.text


def test_an_own_file_keeps_every_other_byte(tmp_path: Path) -> None:
    path = tmp_path / "mine.yml"
    outcome, _ = talk(own_file(path, OWN), "step 3", "", "", "8", "write", "", "yes")
    expected = OWN.replace("lora_r: 16", "lora_r: 8")
    assert outcome is not None
    assert outcome.text == path.read_text() == expected


def test_an_own_file_can_be_written_elsewhere(tmp_path: Path) -> None:
    path, other = tmp_path / "mine.yml", tmp_path / "other.yml"
    talk(own_file(path, OWN), "step 3", "", "", "8", "yaml", "write", str(other))
    assert path.read_text() == OWN
    assert other.read_text() == OWN.replace("lora_r: 16", "lora_r: 8")


def test_an_own_file_without_a_change_is_already_so(tmp_path: Path) -> None:
    path = tmp_path / "mine.yml"
    _, person = talk(own_file(path, OWN), "write", "")
    assert person.heard("is already so.")
    assert path.read_text() == OWN


def test_a_file_changed_meanwhile_keeps_that_change(tmp_path: Path) -> None:
    path = tmp_path / "mine.yml"
    start = own_file(path, OWN)
    path.write_text(OWN + "seed: 7\n")
    _, person = talk(start, "step 3", "", "", "8", "write", "", "yes")
    assert "was changed by somebody since it was opened; your changes are put on top." in person.text
    assert path.read_text() == OWN.replace("lora_r: 16", "lora_r: 8") + "seed: 7\n"


def test_a_change_that_the_file_cannot_take_is_told_and_can_be_undone(tmp_path: Path) -> None:
    path = tmp_path / "mine.yml"
    text = OWN.replace("lora_r: 16", "lora_r: &n 16").replace("lora_alpha: 32", "lora_alpha: *n")
    _, person = talk(own_file(path, text), "step 3", "", "", "8", "yaml", "write", "", "undo", "")
    assert "The file can't be written so: " in person.text
    assert "Not written: " in person.text
    assert "is already so." in person.text
    assert path.read_text() == text


def test_a_draft_knows_the_name_that_was_typed(tmp_path: Path) -> None:
    target = tmp_path / "b.yml"
    target.write_text("precious: true\n")
    outside = Recorded()
    talk(replace(opening(), start=position("batch")), "4096", "write", str(target), "no", "undo", outside=outside)
    assert outside.kept[-1]["target"] == str(target)
    assert outside.kept[-1]["step"] == position("review")


def test_a_file_that_is_over_is_said_to_be_before_it_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text(OWN.replace("Qwen/Qwen3-0.6B", "meta-llama/Llama-3.1-70B"))
    _, person = talk(own_file(file, file.read_text()), "step 4", "2048", "write", "", "no")
    asked = next(place for place, line in enumerate(person.said) if "Replace it?" in line)
    before = " ".join(" ".join(person.said[:asked]).split())
    assert re.search(r"✗ It does not fit: it needs [\d.]+ GiB, [\d.]+ GiB are free", before)
    assert "no, then fit" in before


def test_a_model_that_does_not_fit_as_it_is_says_what_to_type(tmp_path: Path) -> None:
    _, person = talk(opening(target=tmp_path / "a.yml"), "step 2", "meta-llama/Llama-3.1-70B", "take best", "quit")
    assert person.heard("Type fit for what fits, take best to take it.")


def test_yes_where_the_name_is_asked_for_is_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome, person = talk(opening(), "write", "no", "Yes")
    assert outcome is not None
    assert outcome.path == "axolotl.yml"
    assert person.heard("Nothing is written then.")
    assert [one.name for one in tmp_path.iterdir()] == ["axolotl.yml"]
    outcome, _ = talk(opening(), "write", "=yes")
    assert outcome is not None
    assert outcome.path == "yes"


def test_the_half_of_an_answer_is_asked_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("three.csv").write_text("review,summary,note\n" + "some words,a few,mine\n" * 3)
    _, person = talk(opening(), "step data", "three.csv", "2", "1")
    assert person.heard("To what is summary the answer? Take it at the next question.")
    assert person.heard("1) summary, answering review")
    assert person.heard("`summary` answers `review`; it is read as summary, answering review.")
