"""Every key at `--plain`: found, told, set and taken out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.plain.dialogues import opening, own_file, talk
from wizard.domain.errors import InputError
from wizard.plain.commands import Order, order


@pytest.mark.parametrize(
    ("line", "is_it"),
    [
        ("set seed 42", Order("set", key="seed", text="42")), ("SET Seed = 42", Order("set", key="Seed", text="42")),
        ("set wandb_name=a = b", Order("set", key="wandb_name", text="a = b")),
        ("set datasets[0].path a=b.jsonl", Order("set", key="datasets[0].path", text="a=b.jsonl")),
        ("unset trl.beta", Order("unset", key="trl.beta")), ("keys", Order("keys")),
        ("keys warm up", Order("keys", text="warm up")), ("key seed", Order("key", key="seed")),
        ("explain micro batch", Order("explain", text="micro batch")),
        ("settle", None), ("keyser/model", None), ("=set seed 1", None),
    ],
)  # fmt: skip
def test_the_words(line: str, is_it: Order | None) -> None:
    assert order(line, (0, 1, 2)) == is_it


@pytest.mark.parametrize("line", ["set", "set seed", "set seed =", "unset", "key", "unset a b"])
def test_what_is_missing_is_said(line: str) -> None:
    with pytest.raises(InputError, match="the name of a key"):
        order(line, (0, 1, 2))


def test_a_key_is_found_told_set_and_written(tmp_path: Path) -> None:
    target = tmp_path / "axolotl.yml"
    outcome, person = talk(
        opening(target=target), "keys warmup", "key hub_model_id", "set hub_model_id mine", "key hub_model_id",
        "set trl.beta 0.04", "set lora_r many", "set gradient_checkpoint true", "set seed 1", "unset seed", "undo",
        "write", "",
    )  # fmt: skip
    assert outcome is not None
    assert "warmup_ratio is " in person.text
    assert "hub_model_id is not set." in person.text
    assert "hub_model_id is mine, from you." in person.text
    assert "Not taken: lora_r takes a whole number." in person.text
    assert "New warning MW801: gradient_checkpoint is not a field of Axolotl" in person.text
    assert "Undone: seed: not set." in person.text
    found = yaml.safe_load(target.read_text(encoding="utf-8"))
    assert (found["hub_model_id"], found["trl"], found["gradient_checkpoint"], found["seed"]) == (
        "mine", {"beta": 0.04}, True, 1,
    )  # fmt: skip


def test_what_nothing_has_is_said() -> None:
    _, person = talk(
        opening(),
        "keys unheard of",
        "key my key",
        "key my_key",
        "key a..b",
        "keys",
        "explain",
        "explain lora",
        "explain lorra",
    )
    assert "No key has unheard of in its name or meaning." in person.text
    assert "Type key and the name of a key." in person.text
    assert "Type explain and a word, a rule or a key: explain lora." in person.text
    assert "LoRA: Low-rank adaptation" in person.text
    assert "No rule, key or word is called 'lorra'. Did you mean the word 'LoRA'" in person.text
    assert "my_key is not set. Axolotl has no such key." in person.text
    assert "'a..b' is no key" in person.text
    assert "base_model is " in person.text


def test_of_an_own_file_it_is_told_where_a_value_comes_from(tmp_path: Path) -> None:
    start = own_file(tmp_path / "mine.yml", "base_model: meta-llama/Llama-3.2-1B\nseed: 7\n")
    _, person = talk(start, "key seed", "set weight_decay 0.1", "key weight_decay")
    assert "seed is 7, from your file." in person.text
    assert "weight_decay is 0.1, from you." in person.text


def test_the_file_is_edited_again_until_it_is_a_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = tmp_path / "editor"
    editor.write_text(
        '#!/bin/sh\nif grep -q max_grad_norm "$1"; then echo "  ]" >> "$1"; else echo "max_grad_norm: [7" >> "$1"; fi\n'
    )
    editor.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(editor))
    _, person = talk(opening(), "edit", "no", "key max_grad_norm", "edit", "yes", "key max_grad_norm")
    assert "not valid YAML" in person.text
    assert person.text.count("Edit it again?") == 2
    assert "max_grad_norm is not set." in person.text
    assert "max_grad_norm is [7], from you." in person.text
