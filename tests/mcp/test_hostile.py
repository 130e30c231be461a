"""Names of models and files, and texts, that try to be more than that: they stay values, and nothing is written."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from mcp.client.client import Client

from scripts.fuzz.readers.servers import call
from tests.mcp.scripted import HereCommands
from tests.picked import picked
from wizard.cli.mcp import FencedFolder
from wizard.domain.errors import InputError
from wizard.knowledge.models.catalogue import catalogue
from wizard.mcp.server import server

NAMES = (
    "a\nlearning_rate: 5", "a # b", "a: b", "- a", "!!python a", "&a b", "*a", "{a: b}", "'", '"', "a\r\nb: c",
    "${HOME}", "$(touch stolen)", "`touch stolen`", "--output=stolen.yml", "é\u2028seed: 1", "a\tb", "null",
    "yes", "1e3",
)  # fmt: skip
ROWS = '{"instruction": "Add", "input": "1 1", "output": "2"}\n' * 20


async def text_of(**values: Any) -> str:
    async with Client(server(HereCommands())) as client:
        done = await client.call_tool("generate", {"gpu": "rtx-4090", "preset": "qlora-24gb", **values})
    assert not done.is_error, done.content
    return str((done.structured_content or {})["text"])


@pytest.mark.parametrize("name", NAMES, ids=ascii)
async def test_a_file_of_any_name_is_one_value(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for one in ("rows", name):
        Path(f"{one}.jsonl").write_text(ROWS, encoding="utf-8")
    harmless, made = [await text_of(data=f"./{one}.jsonl") for one in ("rows", name)]
    plain, odd = yaml.safe_load(harmless), yaml.safe_load(made)
    assert odd.pop("datasets")[0]["path"].removeprefix("./") == f"{name}.jsonl"
    plain.pop("datasets")
    assert odd == plain
    assert {path.name for path in tmp_path.iterdir()} == {"rows.jsonl", f"{name}.jsonl"}


@pytest.mark.parametrize("name", NAMES, ids=ascii)
async def test_a_model_of_any_name_is_one_value(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = json.dumps(catalogue()["Qwen/Qwen3-0.6B"].config)
    for one in ("model", name):
        Path(one).mkdir()
        (Path(one) / "config.json").write_text(config, encoding="utf-8")
    plain, odd = [yaml.safe_load(await text_of(model=f"./{one}")) for one in ("model", name)]
    assert odd["base_model"].removeprefix("./") == name
    assert {key for key in odd if odd[key] != plain.get(key)} <= {"base_model", "output_dir"}
    assert odd.keys() == plain.keys()
    assert "/" not in odd["output_dir"].removeprefix("./outputs/")
    assert {path.name for path in tmp_path.iterdir()} == {"model", name}


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_the_folder_takes_no_name_that_leads_out(name: str, tmp_path: Path) -> None:
    inside = tmp_path / "configs"
    inside.mkdir()
    for path in (f"../{name}.yml", f"{tmp_path}/{name}.yml", f"{name}/../../x.yml"):
        with pytest.raises(InputError):
            FencedFolder(str(inside)).write(path, "base_model: a/b\n", overwrite=True)
    assert [path for path in tmp_path.rglob("*") if path != inside] == []


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", picked(range(3), 3))
async def test_calls_with_any_values_are_answered(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    dice, inside = random.Random(seed), tmp_path / "configs"
    inside.mkdir()
    Path("rows.jsonl").write_text(ROWS, encoding="utf-8")
    answered = 0
    async with Client(server(HereCommands(), FencedFolder(str(inside)))) as client:
        for _ in range(40):
            asked = call(dice)
            values = json.loads(json.dumps(asked["arguments"]))
            done = await client.call_tool(asked["name"], values if isinstance(values, dict) else {})
            said = str(done.content)
            assert "Traceback" not in said, asked
            assert "a defect of memwizard" not in said, asked
            answered += not done.is_error
    assert answered
    assert {path.name for path in tmp_path.iterdir()} == {"rows.jsonl", "configs"}
    assert {path.suffix for path in inside.rglob("*.*") if "backup" not in path.name} <= {".yml", ".yaml"}
