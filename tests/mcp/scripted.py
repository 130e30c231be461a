"""An agent without a mind answers each task of tasks.yaml by the tools alone, through the official package's client."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from mcp.client.client import Client

from tests.cli.command import run
from tests.data.files import SOUND
from wizard.mcp.ports import Ran
from wizard.mcp.server import server

TASKS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "tasks.yaml").read_text(encoding="utf-8"))
_ROUNDS = 6


class HereCommands:
    """memwizard's commands in this process, which saves its start."""

    async def run(self, arguments: Sequence[str], text: str = "") -> Ran:
        """`memwizard ARGUMENTS` with this text on stdin."""
        done = run(*arguments, stdin=text)
        return Ran(done.code, done.out, done.err)


@dataclass(frozen=True)
class Answered:
    """The file that came of a task, the GPU that it is for, and what the tools say of it in the end."""

    text: str
    gpu: str
    errors: list[str]
    fit: str


@contextmanager
def beside(task: Mapping[str, Any], folder: Path) -> Iterator[dict[str, bytes]]:
    """In a folder that has the data of a task, and nothing else; its files by their paths."""
    (one,) = (file for file in SOUND if file.id == task["data"])
    one.put(folder)
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    finally:
        os.chdir(before)


async def answered(task: Mapping[str, Any]) -> Answered:
    """What a task comes to, in a folder that has its data."""
    asked = task.get("generate") or task.get("recommend") or task
    gpu, name = str(asked["gpu"]), str(task["data"]).removeprefix("dpo-")
    async with Client(server(HereCommands())) as client:
        text = str(task.get("text", ""))
        if not text:
            values = {**asked, "data": name}
            if "recommend" in task:
                found = await _called(client, "recommend", **values)
                values = {"model": found["rows"][0]["model"], "gpu": gpu, "data": name}
            text = (await _called(client, "generate", **values))["text"]
        if task.get("migrate"):
            text = (await _called(client, "migrate", text=text))["rows"][0]["text"]
        if "log" in task:
            Path("my.yml").write_text(text, encoding="utf-8")
            (died,) = (await _called(client, "doctor", log=task["log"], config="my.yml", gpu=gpu))["rows"]
            text = _changed(text, died["changes"][0]["changes"])
        return await _mended(client, text, gpu, asked.get("axolotl"))


async def _mended(client: Client, text: str, gpu: str, axolotl: str | None) -> Answered:
    """Takes the fixes of errors, and what makes it fit, until nothing is left or nothing helps."""
    for _ in range(_ROUNDS):
        (row,) = (await _called(client, "check", text=text, gpu=gpu, axolotl=axolotl))["rows"]
        errors = [one for one in row["findings"] if one["severity"] == "error"]
        needed = row["estimate"]
        changes: dict[str, Any] = {}
        for one in errors:
            changes |= (one["fix"] or {}).get("changes", {})
        if not changes and needed["fit"] not in ("fits", "tight"):
            Path("my.yml").write_text(text, encoding="utf-8")
            (best,) = (await _called(client, "fit", path="my.yml", gpu=gpu))["rows"]
            changes = best["best"]["changes"]
        if not changes:
            break
        text = _changed(text, changes)
    return Answered(text, gpu, [one["code"] for one in errors], needed["fit"])


async def _called(client: Client, tool: str, **values: Any) -> dict[str, Any]:
    done = await client.call_tool(tool, {key: value for key, value in values.items() if value is not None})
    assert not done.is_error, (tool, values, done.content)
    assert done.structured_content is not None
    found: dict[str, Any] = done.structured_content
    return found


def _changed(text: str, changes: Mapping[str, Any]) -> str:
    made = {**yaml.safe_load(text), **changes}
    return yaml.safe_dump({key: value for key, value in made.items() if value is not None}, sort_keys=False)
