"""`memwizard mcp install`: shown, asked, written with a backup."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import tomli

from tests.cli.command import files, run
from wizard.knowledge.agents import agents


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("agent", agents(sys.platform))
def test_each_agent_gets_it_once(agent: str, home: Path) -> None:
    before = files(home)
    shown = run("mcp", "install", agent, "--dry-run")
    assert shown.code == 0
    assert "+" in shown.out
    assert "memwizard" in shown.out
    assert files(home) == before
    assert "--yes" in run("mcp", "install", agent).err
    assert files(home) == before
    assert run("mcp", "install", agent, "--yes", "--allow-write", ".").code == 0
    (name,) = set(files(home)) - set(before)
    text = (home / name).read_text(encoding="utf-8")
    read = tomli.loads(text) if name.endswith(".toml") else json.loads(text)
    server = read[agents(sys.platform)[agent].key]["memwizard"]
    assert server["command"] == sys.executable
    assert server["args"] == ["-m", "wizard", "mcp", f"--allow-write={home}"]
    again = run("mcp", "install", agent, "--yes", "--allow-write", ".")
    assert "already" in again.err
    assert (home / name).read_text(encoding="utf-8") == text


def test_what_is_there_stays(home: Path) -> None:
    path = home / ".cursor" / "mcp.json"
    path.parent.mkdir()
    path.write_text('{"mcpServers": {"other": {"command": "o"}}, "more": 1}', encoding="utf-8")
    done = run("mcp", "install", "cursor", "--yes")
    assert "the old content is" in done.err
    read = json.loads(path.read_text(encoding="utf-8"))
    assert read["more"] == 1
    assert set(read["mcpServers"]) == {"other", "memwizard"}
    toml = home / ".codex" / "config.toml"
    toml.parent.mkdir()
    toml.write_text('model = "m" # mine\n[mcp_servers.other]\ncommand = "o"', encoding="utf-8")
    run("mcp", "install", "codex", "--yes")
    assert toml.read_text(encoding="utf-8").startswith('model = "m" # mine\n[mcp_servers.other]\ncommand = "o"\n')
    assert set(tomli.loads(toml.read_text(encoding="utf-8"))["mcp_servers"]) == {"other", "memwizard"}


@pytest.mark.parametrize("text", ["// mine\n{}", "[]", '{"mcpServers": []}', "{"])
def test_what_it_can_not_change_it_leaves(text: str, home: Path) -> None:
    path = home / ".mcp.json"
    path.write_text(text, encoding="utf-8")
    assert run("mcp", "install", "claude", "--yes").refusal()
    assert path.read_text(encoding="utf-8") == text


def test_a_wrong_name_names_the_nearest() -> None:
    assert "'cursor'" in run("mcp", "install", "curser").refusal()
