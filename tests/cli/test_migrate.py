"""`memwizard migrate`: what it shows, says, writes and leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import files, run

OLD = """\
# my first run
base_model: NousResearch/Llama-2-7b-hf   # the base
datasets:
  - path: chats.jsonl
    type: sharegpt   # from the web
    conversation: chatml
num_train_epochs: 3   # enough
learning_rate: 0.0002
micro_batch_size: 2
gradient_accumulation_steps: 4
flash_attention: true   # fast
logging_dir: logs
"""
NEW = """\
# my first run
base_model: NousResearch/Llama-2-7b-hf   # the base
datasets:
  - path: chats.jsonl
    type: chat_template   # from the web
    field_messages: conversations
    message_property_mappings:
      role: from
      content: value
chat_template: chatml
num_epochs: 3   # enough
learning_rate: 0.0002
micro_batch_size: 2
gradient_accumulation_steps: 4
attn_implementation: flash_attention_2   # fast
"""


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "old.yml"
    path.write_text(OLD, encoding="utf-8")
    return path


def test_the_new_text_comes_from_stdin_and_keeps_the_comments() -> None:
    done = run("migrate", "-", stdin=OLD)
    assert (done.code, done.out) == (0, NEW)


def test_a_second_run_changes_nothing() -> None:
    done = run("migrate", "-", stdin=NEW)
    assert (done.code, done.out) == (0, NEW)
    assert "nothing to change" in done.err


def test_the_difference_is_shown_and_nothing_is_written(old: Path) -> None:
    for flags in ((), ("--diff",)):
        done = run("migrate", old.name, *flags)
        assert done.code == 0
        changed = [line for line in done.out.splitlines() if line.startswith(("-num", "+num"))]
        assert changed == ["-num_train_epochs: 3   # enough", "+num_epochs: 3   # enough"]
    assert files(old.parent) == {"old.yml": OLD.encode()}


def test_each_key_that_goes_is_named_with_its_reason(old: Path) -> None:
    said = run("migrate", old.name).err
    assert "logging_dir is not a field of Axolotl" in said
    assert "Axolotl lets the trainer choose it below output_dir" in said
    assert ": 4 changes" in said


def test_it_is_written_once_that_was_agreed_to_and_the_old_text_stays(old: Path) -> None:
    refused = run("migrate", old.name, "--write")
    assert refused.code == 2
    assert "--yes writes it" in refused.err
    assert files(old.parent) == {"old.yml": OLD.encode()}
    done = run("migrate", old.name, "--write", "--yes")
    assert done.code == 0
    assert "+num_epochs: 3" in done.out
    assert sorted(files(old.parent).values()) == sorted([NEW.encode(), OLD.encode()])
    assert old.read_text(encoding="utf-8") == NEW


def test_what_a_person_decides_is_said_in_the_exit_code_too(old: Path) -> None:
    old.write_text(OLD.replace("    conversation: chatml\n", "") + "dataset_path: more.jsonl\n", encoding="utf-8")
    done = run("migrate", old.name)
    assert done.code == 1
    asked = [line for line in done.err.splitlines() if "to decide: " in line]
    assert len(asked) == 2
    assert "which chat_template it should be" in asked[0]
    assert "dataset_path" in asked[1]
    assert "\n dataset_path: more.jsonl\n" in done.out, "it stays"


def test_a_near_spelling_is_a_guess_and_stays(old: Path) -> None:
    old.write_text(NEW + "gradient_checkpoint: true\n", encoding="utf-8")
    done = run("migrate", old.name)
    assert (done.code, done.out) == (1, "")
    assert "did you mean gradient_checkpointing" in done.err


def test_json_has_the_moves_the_text_and_what_is_open(old: Path) -> None:
    row = run("migrate", old.name, "--json").row()
    assert row["changed"] is True
    assert row["text"] == NEW
    assert row["open"] == []
    moves = {move["code"]: move for move in row["moves"]}
    assert moves["MW463"]["changes"] == {"attn_implementation": "flash_attention_2", "flash_attention": None}


def test_several_files_are_one_call_and_one_that_is_no_config_stops_none(old: Path) -> None:
    (old.parent / "broken.yml").write_text("base_model: [\n", encoding="utf-8")
    done = run("migrate", "broken.yml", old.name, "--json")
    assert done.code == 2
    assert json.loads(done.out)["config"] == "old.yml"
    assert "broken.yml" in done.err


def test_a_byte_order_mark_and_line_ends_stay(old: Path) -> None:
    old.write_bytes(b"\xef\xbb\xbf" + OLD.replace("\n", "\r\n").encode())
    assert run("migrate", old.name, "--write", "--yes").code == 0
    assert old.read_bytes() == b"\xef\xbb\xbf" + NEW.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("flags", [("--diff", "--write"), ("--yes",), ("--write", "--json")])
def test_options_that_do_not_go_together(old: Path, flags: tuple[str, ...]) -> None:
    assert run("migrate", old.name, *flags).code == 2
    assert files(old.parent) == {"old.yml": OLD.encode()}
