"""A model by its id, by the id of one with the same shapes, or by a folder with a config.json."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wizard.domain.errors import InputError
from wizard.knowledge.models.catalogue import catalogue
from wizard.world.models import resolve, resolve_or_none

CONFIG: dict[str, object] = {
    "model_type": "llama",
    "hidden_size": 64,
    "intermediate_size": 160,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 1000,
    "tie_word_embeddings": True,
}
PARAMETERS = 64 * 1000 + 2 * (2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 160 + 2 * 64) + 64
"""Tied embedding; per layer q, o, k, v, the three of the feed-forward and two norms; the last norm."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "own" / "tiny"
    path.mkdir(parents=True)
    (path / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "name", ["Qwen/Qwen3-8B", "qwen/qwen3-8b", "QWEN/QWEN3-8B", " Qwen/Qwen3-8B ", "Qwen/Qwen3-8B/", "qwen3-8b"]
)
def test_an_id_is_found_whatever_its_case(name: str) -> None:
    model = resolve(name)
    assert (model.id, model.parameters) == ("Qwen/Qwen3-8B", 8190735360)


def test_an_id_with_the_same_shapes_is_found() -> None:
    row = next(row for row in catalogue().values() if row.also)
    assert resolve(row.also[0].upper()).id == row.id


def test_a_folder_by_its_absolute_path(folder: Path) -> None:
    model = resolve(str(folder))
    assert (model.id, model.parameters, model.hidden, model.vocab) == ("tiny", PARAMETERS, 64, 1000)


@pytest.mark.parametrize("name", ["own/tiny", "./own/tiny", "own/tiny/", "own/../own/tiny"])
def test_a_folder_by_a_path_from_here(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(folder.parents[1])
    assert resolve(name).parameters == PARAMETERS


def test_a_folder_by_a_path_from_the_configs_folder(folder: Path) -> None:
    assert resolve("own/tiny", folder.parents[1]).parameters == PARAMETERS
    assert resolve("tiny", folder.parent).parameters == PARAMETERS


def test_a_folder_in_the_home(own_home: Path) -> None:
    (own_home / "tiny").mkdir()
    (own_home / "tiny" / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    assert resolve("~/tiny").parameters == PARAMETERS


def test_this_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert resolve(".").id == "tiny"


def test_a_folder_goes_before_the_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Hugging Face does: a folder of that name is the model."""
    path = tmp_path / "Qwen" / "Qwen3-8B"
    path.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert resolve("Qwen/Qwen3-8B").id == "Qwen/Qwen3-8B"  # an empty one is not
    (path / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    assert resolve("Qwen/Qwen3-8B").parameters == PARAMETERS


@pytest.mark.parametrize("name", ["./empty", "empty"])
def test_a_folder_without_a_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=f"{name}: the folder has no config.json"):
        resolve(name)


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("{\n  'a': 1\n}", "not valid JSON", 2),
        ('{"a": 1,\n\n "b" 2}', "not valid JSON", 3),
        ("", "not valid JSON", 1),
        ("[1]", "not a JSON object", None),
        ("null", "not a JSON object", None),
        ("{}", "not a config.json of a", None),
        ("[" * 100_000, "nested too deep", None),
        (json.dumps({**CONFIG, "hidden_size": "wide"}), "`hidden_size` is 'wide'", None),
        (json.dumps({**CONFIG, "num_hidden_layers": -1}), "`num_hidden_layers` is -1", None),
        (json.dumps({name: CONFIG[name] for name in CONFIG if name != "vocab_size"}), "vocab_size", None),
        ('{"hidden_size": ' + "9" * 5000 + "}", "not valid JSON", None),
    ],
)
def test_a_broken_config(folder: Path, text: str, words: str, line: int | None) -> None:
    (folder / "config.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"config\.json") as caught:
        resolve(str(folder))
    assert words in caught.value.message
    assert (caught.value.file, caught.value.line) == (str(folder / "config.json"), line)
    assert "\n" not in str(caught.value)


def test_a_config_that_is_not_text_or_too_large(folder: Path) -> None:
    path = folder / "config.json"
    path.write_bytes(b'{\n"a": "\xff"}')
    with pytest.raises(InputError, match=r"config\.json:2: not UTF-8"):
        resolve(str(folder))
    with path.open("wb") as file:
        file.truncate(50 << 20)
    with pytest.raises(InputError, match="larger than 1 MiB"):
        resolve(str(folder))


def test_a_config_with_a_byte_order_mark(folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8-sig")
    assert resolve(str(folder)).parameters == PARAMETERS


def test_an_unknown_id_names_the_nearest() -> None:
    with pytest.raises(InputError, match=r"the model 'Qwen/Qwen3-8'.*Did you mean 'Qwen/Qwen3-8B'\?"):
        resolve("Qwen/Qwen3-8")


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "//", "org/" + "../" * 50])
def test_an_odd_name_is_one_sentence(name: str) -> None:
    with pytest.raises(InputError):
        resolve(name)


@pytest.mark.parametrize("name", [None, "", "  ", 5, ["Qwen/Qwen3-8B"]])
def test_a_config_without_a_model_says_so(name: object) -> None:
    assert resolve_or_none(name) == (None, "the config names no base_model")


def test_a_configs_unknown_model_is_a_sentence_and_a_known_one_none() -> None:
    model, why = resolve_or_none("nobody/nothing")
    assert model is None
    assert why is not None
    assert "'nobody/nothing'" in why
    found, nothing = resolve_or_none("qwen/qwen3-8b")
    assert found == resolve("Qwen/Qwen3-8B")
    assert nothing is None
