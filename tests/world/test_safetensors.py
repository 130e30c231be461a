"""The size of a checkpoint, from the headers of its files or from its index; damaged ones are unknown."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.world.checkpoints import CONFIG, entry, safetensors
from wizard.domain.errors import InputError
from wizard.world.models import resolve
from wizard.world.safetensors import INDEX, MAX_HEADER, header, stored

TWO = {"a": entry([4, 3], 0, 24), "b": entry([5], 24, 44, "F32"), "__metadata__": {"format": "pt"}}


def index(folder: Path, **about: object) -> None:
    (folder / INDEX).write_text(json.dumps({"metadata": about, "weight_map": {"a": "x"}}), encoding="utf-8")


def test_a_header_tells_bytes(tmp_path: Path) -> None:
    assert header(safetensors(tmp_path / "model.safetensors", TWO, 44)) == 44
    assert stored(tmp_path) == 44


def test_scalars_empty_and_packed_tensors(tmp_path: Path) -> None:
    tensors = {"scalar": entry([], 0, 4, "F32"), "empty": entry([0, 8], 4, 4), "packed": entry([2, 6], 4, 10, "F4")}
    assert header(safetensors(tmp_path / "x.safetensors", tensors, 10)) == 10


def test_parts_are_added(tmp_path: Path) -> None:
    safetensors(tmp_path / "model-00001-of-00002.safetensors", TWO, 44)
    safetensors(tmp_path / "model-00002-of-00002.safetensors", {"c": entry([8], 0, 16)}, 16)
    safetensors(tmp_path / "consolidated.safetensors", TWO, 44)
    safetensors(tmp_path / "adapter_model.safetensors", TWO, 44)
    assert stored(tmp_path) == 60


@pytest.mark.parametrize("there", [["model-00001-of-00002"], ["model-00001-of-00002", "model-00002-of-00003"]])
def test_a_missing_part_makes_it_unknown_but_for_the_index(tmp_path: Path, there: list[str]) -> None:
    for name in there:
        safetensors(tmp_path / f"{name}.safetensors", TWO, 44)
    assert stored(tmp_path) is None
    index(tmp_path, total_size=100, total_parameters=50)
    assert stored(tmp_path) == 100


def test_a_link_whose_file_is_gone_is_a_missing_part(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").symlink_to("gone")
    assert stored(tmp_path) is None


def test_headers_go_before_an_index_that_counts_one_ranks_share(tmp_path: Path) -> None:
    safetensors(tmp_path / "model.safetensors", TWO, 44)
    index(tmp_path, total_size=2)
    assert stored(tmp_path) == 44


@pytest.mark.parametrize(
    ("about", "found"),
    [
        ({"total_size": 16060522496}, 16060522496),
        ({"total_size": 16060522496.0}, 16060522496),
        ({"total_size": 15231233024, "total_parameters": 7615616512}, 15231233024),
        ({"total_size": 0}, None),
        ({"total_size": -5}, None),
        ({"total_size": True}, None),
        ({"total_size": "16 GB"}, None),
        ({"total_size": 1e300}, None),
        ({"total_size": 10**40}, None),
        ({}, None),
    ],
    ids=str,
)
def test_an_index(tmp_path: Path, about: dict[str, object], found: int | None) -> None:
    index(tmp_path, **about)
    assert stored(tmp_path) == found


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"metadata": 5}', "[" * 100_000, '{"metadata": {"total_size": NaN}}'],
    ids=["empty", "list", "cut", "number", "deep", "nan"],
)
def test_a_broken_index_is_unknown(tmp_path: Path, text: str) -> None:
    (tmp_path / INDEX).write_text(text, encoding="utf-8")
    assert stored(tmp_path) is None


def test_an_index_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    index(tmp_path, total_size=100)
    os.truncate(tmp_path / INDEX, 65 << 20)
    assert stored(tmp_path) is None


@pytest.mark.parametrize(
    "tensors",
    [
        b"not JSON",
        b"[]",
        b"\xff\xfe\xff",
        b"[" * 100_000,
        {"a": 5},
        {"a": {}},
        {"a": entry([4], -8, 0)},
        {"a": entry([4], 8, 0)},
        {"a": entry([4], 0, 1 << 62)},
        {"a": entry([-4], 0, 8)},
        {"a": entry([4], 0, 8) | {"dtype": 5}},
        {"a": entry([4], 0, 8) | {"shape": "4"}},
        {"a": entry([4], 0, 8) | {"shape": [4.0]}},
        {"a": entry([4], 0, 8) | {"shape": [True]}},
        {"a": entry([4], 0, 8) | {"shape": [[4]]}},
        {"a": entry([4], 0, 8) | {"shape": [1] * 1000}},
        {"a": entry([4], 0, 8) | {"data_offsets": [0]}},
        {"a": entry([4], 0, 8) | {"data_offsets": [0, 8, 16]}},
        {"a": entry([4], 0, 8) | {"data_offsets": {"0": 8}}},
        {"a": entry([1 << 60, 1 << 60], 0, 8)},
        {"a": entry([8], 0, 16), "b": entry([8], 0, 16)},
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_hostile_header_is_one_sentence_and_unknown(tmp_path: Path, tensors: object) -> None:
    path = safetensors(tmp_path / "model.safetensors", tensors, 16)
    with pytest.raises(InputError) as caught:
        header(path)
    assert caught.value.file == str(path)
    assert "\n" not in str(caught.value)
    assert stored(tmp_path) is None


@pytest.mark.parametrize("length", [0, 3, 1 << 20, MAX_HEADER + 1, (1 << 64) - 1])
def test_a_hostile_length(tmp_path: Path, length: int) -> None:
    path = safetensors(tmp_path / "model.safetensors", TWO, 44, length)
    with pytest.raises(InputError):
        header(path)


def test_a_length_above_the_formats_own_limit(tmp_path: Path) -> None:
    path = safetensors(tmp_path / "model.safetensors", TWO, 44, MAX_HEADER + 1)
    os.truncate(path, MAX_HEADER + 100)  # sparse: large enough to hold it
    with pytest.raises(InputError, match="header's length"):
        header(path)


@pytest.mark.parametrize("content", [b"", b"\x01", b"\x01" * 8])
def test_a_file_too_short(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.safetensors").write_bytes(content)
    assert stored(tmp_path) is None


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.safetensors")  # opening it would wait for ever
    with pytest.raises(InputError, match="not a regular file"):
        header(tmp_path / "pipe.safetensors")
    assert stored(tmp_path) is None
    assert stored(tmp_path / "none") is None


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    safetensors(folder / "model.safetensors", content)
    found = stored(folder)
    assert found is None or found > 0


def test_the_model_of_a_folder_knows_it(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    assert resolve(str(tmp_path)).stored_bytes is None
    safetensors(tmp_path / "model.safetensors", TWO, 44)
    assert resolve(str(tmp_path)).stored_bytes == 44
    safetensors(tmp_path / "model.safetensors", b"broken", 44)
    assert resolve(str(tmp_path)).stored_bytes is None


def test_a_catalogue_model_has_none() -> None:
    assert resolve("Qwen/Qwen3-8B").stored_bytes is None
