"""Tokenizers of folders and of the Hugging Face cache, without network."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.world.checkpoints import cached
from wizard.domain.errors import InputError
from wizard.world.tokenizers import tokenizer

tokenizers: Any = pytest.importorskip("tokenizers")


def text(marks: bool = False) -> str:
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel({"<s>": 0, "word": 1, "?": 2}, unk_token="?"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.enable_truncation(2)
    if marks:
        made.post_processor = tokenizers.processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    return str(made.to_str())


def test_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/tokenizer.json").write_text(text(marks=True))
    found, why = tokenizer("mine")
    assert found is not None
    assert (found.count("word word word"), found.count(""), found.marks, why) == (3, 0, 1, "")
    assert found.count("half a character \ud800") == 4
    assert tokenizer("mine", tmp_path / "elsewhere")[0] is not None


def test_of_the_cache(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cached(own_home / ".cache/huggingface/hub", "owner/tiny", {"tokenizer.json": text()})
    found, _ = tokenizer("Owner/Tiny")
    assert found is not None
    assert (found.count("word word word"), found.marks) == (3, 0)


@pytest.mark.parametrize(
    ("name", "words"),
    [(None, "no model is named"), ("owner/none", "no tokenizer.json of owner/none"), ("a\0b", "no tokenizer.json")],
)
def test_where_there_is_none(name: object, words: str) -> None:
    found, why = tokenizer(name)
    assert found is None
    assert words in why


def test_a_broken_one_and_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    found, why = tokenizer(str(tmp_path))
    assert found is None
    assert "can't be used" in why
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    assert "pip install 'memwizard[data]'" in tokenizer(str(tmp_path))[1]


@pytest.mark.parametrize("name", ["Exception", "PanicException"])
def test_one_that_fails_on_a_row_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    refused = type(name, (Exception if name == "Exception" else BaseException,), {})

    class Fails:
        calls = 0

        def encode(self, *_: object, **__: object) -> object:
            Fails.calls += 1
            if Fails.calls > 1:
                raise refused("no such token")
            return None

        def num_special_tokens_to_add(self, _: bool) -> int:
            return 0

        def no_truncation(self) -> None: ...

        def no_padding(self) -> None: ...

    (tmp_path / "tokenizer.json").write_text("{}")
    monkeypatch.setattr("tokenizers.Tokenizer", SimpleNamespace(from_file=lambda _: Fails()))
    found, why = tokenizer(str(tmp_path))
    assert found is not None, why
    with pytest.raises(InputError, match=f"fails on a row \\({name}\\)"):
        found.count("a")
