"""`python -m scripts.new_model` writes the row of a config.json."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
import tomli

from scripts import new_model as script
from scripts.new_model import CATALOGUE, main, new_model, placed, row_text, shaping
from wizard.domain.errors import InputError
from wizard.knowledge.models.architecture import build
from wizard.knowledge.models.catalogue import CatalogueModel, catalogue
from wizard.knowledge.models.layers import spread

ROWS = list(catalogue().values())
NOISE = {"architectures": ["X"], "rope_theta": 1e6, "transformers_version": "5.14.1", "pad_token_id": None}
SMALL: dict[str, Any] = {**catalogue()["Qwen/Qwen3-0.6B"].config, "hidden_size": 768, "torch_dtype": "bfloat16"}
COUNT = build(SMALL, "x").parameters


def published(row: CatalogueModel) -> dict[str, Any]:
    """The row's config as a config.json has it: lists in full, and more than is read."""
    config: dict[str, Any] = json.loads(json.dumps({**row.config, **NOISE}))
    for block in (config, config.get("text_config", {})):
        if "layer_types" in block:
            block["layer_types"] = spread(block["layer_types"], block["num_hidden_layers"])
    return config


def facts(config: dict[str, Any]) -> dict[str, object]:
    made = build(config, "x")
    return {field.name: getattr(made, field.name) for field in fields(made)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_what_is_kept_of_a_config_gives_the_same_model(row: CatalogueModel) -> None:
    kept = shaping(published(row), row.id)
    assert kept.keys().isdisjoint(NOISE)
    (read,) = tomli.loads(row_text(replace(row, config=kept)))["model"]
    assert facts(read["config"]) == facts(published(row)) == facts(row.config)
    types = read["config"].get("text_config", read["config"]).get("layer_types")
    assert types == row.config.get("text_config", row.config).get("layer_types")


def test_a_row_stands_behind_its_family_and_all_others_stay() -> None:
    row = new_model(SMALL, "Qwen/Qwen3-0.4B", COUNT, "the hub's page", ("unsloth/Qwen3-0.4B",))
    assert (row.family, row.parameters, row.config["dtype"]) == ("Qwen3", COUNT, "bfloat16")
    before = CATALOGUE.read_text(encoding="utf-8")
    after = placed(before, row)
    assert after.replace(f"\n{row_text(row)}", "") == before
    rows = tomli.loads(after)["model"]
    place = next(place for place, one in enumerate(rows) if one["id"] == row.id)
    assert [one["family"] for one in rows[place - 1 : place + 1]] == ["Qwen3", "Qwen3"]
    assert rows[place + 1]["family"] != "Qwen3"
    assert rows[place]["also"] == ["unsloth/Qwen3-0.4B"]
    alone = replace(row, family="Nobody's")
    assert placed(before, alone) == f"{before}\n{row_text(alone)}"


@pytest.mark.parametrize(
    ("config", "model_id", "count", "says"),
    [
        (SMALL, "x/y", COUNT + 1, f"the shapes give {COUNT} parameters, not {COUNT + 1}"),
        ({**SMALL, "model_type": "someday"}, "x/y", COUNT, "the form of 'someday' is not known"),
        (SMALL, "qwen/qwen3-8b-BASE", COUNT, "the row of Qwen/Qwen3-8B has this id already"),
        ({}, "x/y", COUNT, "not a config.json of a language model"),
    ],
)
def test_what_can_be_no_row_is_refused(config: dict[str, Any], model_id: str, count: int, says: str) -> None:
    with pytest.raises(InputError, match=says):
        new_model(config, model_id, count, "a page")


def test_the_command_writes_and_says_what_is_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy, config = tmp_path / "catalogue.toml", tmp_path / "config.json"
    copy.write_text(CATALOGUE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(script, "CATALOGUE", copy)
    config.write_text(json.dumps(SMALL), encoding="utf-8")
    assert main([str(config), "Qwen/Qwen3-0.4B", str(COUNT), "its page"]) == 0
    assert "python -m pytest tests/knowledge" in capsys.readouterr().out
    assert "Qwen/Qwen3-0.4B" in copy.read_text(encoding="utf-8")
    assert main([str(config), "Qwen/Qwen3-0.4B"]) == 2
    assert "python -m scripts.new_model CONFIG_JSON" in capsys.readouterr().err
    assert main([str(tmp_path / "none.json"), "a/b", "7", "x"]) == 2
    assert "none.json" in capsys.readouterr().err
