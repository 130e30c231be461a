"""The file in which an agent keeps its servers, with memwizard's among them."""

from __future__ import annotations

import json
from collections.abc import Sequence

import tomli

from wizard.domain.errors import InputError
from wizard.knowledge.agents import AgentFile

NAME = "memwizard"


def with_server(old: str, agent: AgentFile, command: str, arguments: Sequence[str]) -> str:
    """The file's text with the server that this command starts; as it is where it has it so already.

    Raises InputError where the text can't be read, or has another server of this name that can't be replaced.
    """
    return _toml(old, agent, command, arguments) if agent.is_toml else _json(old, agent, command, arguments)


def _json(old: str, agent: AgentFile, command: str, arguments: Sequence[str]) -> str:
    try:
        read = json.loads(old) if old.strip() else {}
    except ValueError as error:  # comments, for one: writing it anew would lose them
        raise InputError(f"is no plain JSON ({error}): put the server in by hand", file=agent.file) from None
    if not isinstance(read, dict) or not isinstance(read.get(agent.key, {}), dict):
        raise InputError(f"has no block `{agent.key}` that could take a server", file=agent.file)
    server = {"command": command, "args": list(arguments)}
    servers = {**read.get(agent.key, {}), NAME: server}
    if servers == read.get(agent.key):
        return old
    return json.dumps({**read, agent.key: servers}, indent=2, ensure_ascii=False) + "\n"


def _toml(old: str, agent: AgentFile, command: str, arguments: Sequence[str]) -> str:
    try:
        read = tomli.loads(old)
    except tomli.TOMLDecodeError as error:
        raise InputError(f"is no TOML ({error})", file=agent.file) from None
    servers = read.get(agent.key, {})
    wanted = {"command": command, "args": list(arguments)}
    if isinstance(servers, dict) and NAME in servers:
        if servers[NAME] == wanted:
            return old
        raise InputError(f"has a table [{agent.key}.{NAME}] already: change it by hand", file=agent.file)
    words = ", ".join(map(json.dumps, arguments))  # a JSON text is a TOML text
    table = f"[{agent.key}.{NAME}]\ncommand = {json.dumps(command)}\nargs = [{words}]\n"
    text = old if not old or old.endswith("\n") else old + "\n"
    return f"{text}\n{table}" if text else table
