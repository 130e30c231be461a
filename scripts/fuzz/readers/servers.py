"""What an editor and an agent send: a conversation each, in which some messages are wrong."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from scripts.fuzz.case import Case
from scripts.fuzz.hostile import broken, changed, text
from scripts.fuzz.readers.configs import made

_URI = "file:///nowhere/my.yml"
_DOCUMENT = {"uri": _URI}
_AT = {"line": 3, "character": 2}
_RANGE = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
_ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("textDocument/hover", {"textDocument": _DOCUMENT, "position": _AT}),
    ("textDocument/completion", {"textDocument": _DOCUMENT, "position": _AT}),
    ("textDocument/codeAction", {"textDocument": _DOCUMENT, "range": _RANGE, "context": {"diagnostics": []}}),
    ("textDocument/definition", {"textDocument": _DOCUMENT, "position": _AT}),
    ("textDocument/inlayHint", {"textDocument": _DOCUMENT, "range": _RANGE}),
    ("textDocument/diagnostic", {"textDocument": _DOCUMENT}),
    ("workspace/executeCommand", {"command": "x", "arguments": [1]}),
    ("workspace/didChangeConfiguration", {"settings": {"gpu": "rtx-4090", "model": "x", "select": "MW1"}}),
)
_BEGIN = {
    "processId": None,
    "rootUri": "file:///nowhere",
    "capabilities": {},
    "initializationOptions": {"gpu": "24GiB"},
}
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("check", {"text": "TEXT", "gpu": "24GiB", "axolotl": "0.21"}),
    ("estimate", {"text": "TEXT", "gpu": "2xa100-80gb", "model": "Qwen/Qwen3-0.6B"}),
    ("fit", {"model": "Qwen/Qwen3-0.6B", "gpu": "rtx-4090", "prefer": "speed", "length": 512, "methods": ["lora"]}),
    ("recommend", {"gpu": "24GiB", "data": "rows.jsonl", "kind": "instruct"}),
    ("explain", {"code": "MW102", "axolotl": "0.20"}),
    ("generate", {"preset": "qlora-24gb", "gpu": "rtx-4090", "settings": {"lora_r": "8", "hub_model_id": "a/b"}}),
    ("migrate", {"text": "TEXT"}),
    ("data", {"path": "rows.jsonl", "length": 512, "model": "Qwen/Qwen3-0.6B"}),
    ("doctor", {"log": "TEXT", "config": "my.yml", "gpu": "24GiB"}),
    ("write", {"name": "my.yml", "text": "TEXT", "overwrite": True}),
)
"""A call of each tool; TEXT is a config, or what is left of one."""


def _message(dice: Random, number: int | None, method: str, params: Any) -> dict[str, Any]:
    made = {"jsonrpc": "2.0", "method": method, "params": changed(dice, params, dice.choice((0, 0, 1, 2)))}
    return made if number is None else {**made, "id": number}


def editor(dice: Random) -> Case:
    """The Language Server Protocol."""
    body = made(dice).decode(errors="replace")
    said = [
        {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": _BEGIN},
        {"jsonrpc": "2.0", "method": "initialized", "params": {}},
        _message(
            dice,
            None,
            "textDocument/didOpen",
            {"textDocument": {**_DOCUMENT, "languageId": "yaml", "version": 0, "text": body}},
        ),
    ]
    for number in range(1, dice.randint(2, 12)):
        method, params = dice.choice(_ASKED)
        said.append(_message(dice, None if "didChange" in method else number, method, params))
        if dice.random() < 0.3:
            change = {
                "textDocument": {**_DOCUMENT, "version": number},
                "contentChanges": [_change(dice) for _ in range(dice.randint(1, 3))],
            }
            said.append(_message(dice, None, "textDocument/didChange", change))
    said += [{"jsonrpc": "2.0", "id": 99, "method": "shutdown"}, {"jsonrpc": "2.0", "method": "exit"}]
    framed = b""
    for one in said:
        content = json.dumps(one).encode(errors="surrogatepass")
        content = broken(dice, content, 1) if dice.random() < 0.05 else content
        framed += b"Content-Length: %d\r\n\r\n" % len(content) + content
    return Case(("lsp",), {}, broken(dice, framed, 1) if dice.random() < 0.1 else framed)


def _change(dice: Random) -> dict[str, Any]:
    if dice.random() < 0.3:
        return {"text": made(dice).decode(errors="replace")}
    start, end = ({"line": dice.randint(0, 40), "character": dice.randint(0, 30)} for _ in range(2))
    return {"range": {"start": start, "end": end}, "text": text(dice)}


def agent(dice: Random) -> Case:
    """The Model Context Protocol."""
    begin = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    said: list[dict[str, Any]] = [
        {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": begin},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
    ]
    for number in range(1, dice.randint(2, 9)):
        if dice.random() < 0.4:
            said.append(_message(dice, number, "tools/call", call(dice)))
            if dice.random() < 0.2:
                said.append(_message(dice, None, "notifications/cancelled", {"requestId": number}))
        else:
            method = dice.choice(("tools/list", "resources/list", "resources/read", "prompts/list", "ping", "x"))
            said.append(_message(dice, number, method, {"uri": text(dice)}))
    lines = [json.dumps(one).encode(errors="surrogatepass") for one in said]
    lines = [broken(dice, one, 1) if dice.random() < 0.1 else one for one in lines]
    return Case(("mcp", "--allow-write=folder"), {}, b"\n".join(lines) + b"\n")


def call(dice: Random) -> dict[str, Any]:
    """A call of a tool, with values that may be wrong."""
    name, values = dice.choice(CALLS)
    given = changed(dice, values, dice.choice((0, 1, 1, 2)))
    if given.get("text" if "text" in values else "log") == "TEXT":
        given["text" if "text" in values else "log"] = made(dice).decode(errors="replace")
    return {"name": name if dice.random() < 0.95 else text(dice), "arguments": given}
