"""The messages of a row as a chat template is given them.

Source: axolotl 0.21.0 prompt_strategies/chat_template.py get_conversation_thread, transform_message, _get_messages,
_get_tools, _convert_content_parts (0.19.0 differs in parts of a content, which it gives to the template).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from wizard.axolotl.forms.columns import DEFAULT_ROLES, is_picture, is_sound
from wizard.data.rowtext import RowError
from wizard.domain.conversation import Turn

THINKING = "reasoning_content"


@dataclass(frozen=True, slots=True)
class Thread:
    """The turns of a row, and the tools that they may use."""

    turns: tuple[Turn, ...]
    tools: list[Any] | None = None


PICTURE, SOUND = "[image]", "[sound]"
"""Where a model that takes it in is given one: as many tokens as its processor makes of it."""


def thread(row: Mapping[str, object], entry: Mapping[str, object], keys: Collection[str], *, media: bool) -> Thread:
    """The conversation of a row, as an entry reads it. `keys`: those of a message that are given beside the mapped.

    `media`: images and sound are told where a content has them. Raises RowError.
    """
    messages = _messages(row, str(entry.get("field_messages") or "messages"))
    turns = [_turn(message, entry, keys, media=media) for message in messages]
    system = row.get(str(entry.get("field_system") or "system"))
    if system is not None and turns[0].get("role") != "system":
        turns.insert(0, {"role": "system", "content": system})
    if entry.get("drop_system_message") and turns[0].get("role") == "system":
        turns = turns[1:]
    return Thread(tuple(turns), _tools(row.get(str(entry.get("field_tools") or "tools"))))


def _messages(row: Mapping[str, object], column: str) -> list[Mapping[str, Any]]:
    value = _parsed(row.get(column), column)
    if not isinstance(value, list) or not value or not all(isinstance(one, Mapping) for one in value):
        raise RowError(f"`{column}` is not a list of messages")
    return value


def _turn(message: Mapping[str, Any], entry: Mapping[str, object], keys: Collection[str], *, media: bool) -> Turn:
    mapped = _mapping(entry)
    turn: Turn = {key: message[name] for key, name in mapped.items() if message.get(name) is not None}
    known = entry.get("roles")
    roles = DEFAULT_ROLES
    if isinstance(known, Mapping) and known:
        roles = {str(source): str(role) for role, sources in known.items() for source in sources or ()}
    if "role" in turn:
        turn["role"] = roles.get(str(turn["role"]), turn["role"])
    for key, value in message.items():
        if key not in mapped.values() and value is not None and key in keys:
            turn[str(key)] = value
    for key in ("content", THINKING):
        if isinstance(turn.get(key), list):
            turn[key] = "".join(_part(one, media=media) for one in turn[key])
    for key in ("message_field_training",):
        named = entry.get(key)
        if named and message.get(str(named)) is not None:
            turn["training"] = bool(message[str(named)])
    if isinstance(turn.get("tool_calls"), list):
        turn["tool_calls"] = [_call(one) for one in turn["tool_calls"]]
    return turn


def _mapping(entry: Mapping[str, object]) -> dict[str, str]:
    named = entry.get("message_property_mappings")
    found = {str(key): str(value) for key, value in named.items()} if isinstance(named, Mapping) else {}
    for key, old in (("role", "message_field_role"), ("content", "message_field_content")):
        found.setdefault(key, str(entry.get(old) or key))
    found.setdefault(THINKING, str(entry.get("field_thinking") or THINKING))
    return found


def _part(part: object, *, media: bool) -> str:
    if not isinstance(part, Mapping):
        return ""
    if is_picture(part) or is_sound(part):
        return (SOUND if is_sound(part) else PICTURE) if media else ""
    return str(part.get("text") or part.get("content") or part.get("value") or "")


def _call(call: object) -> object:
    """A call whose arguments are read where they are a text."""
    inner = call.get("function") if isinstance(call, Mapping) else None
    if not isinstance(inner, Mapping) or not isinstance(inner.get("arguments"), str):
        return call
    return {**call, "function": {**inner, "arguments": _parsed(inner["arguments"], "arguments of a tool call")}}  # type: ignore[dict-item]


def _tools(tools: object) -> list[Any] | None:
    if tools is None:
        return None
    found = _parsed(tools, "tools")
    if not isinstance(found, list):
        raise RowError("`tools` is not a list")
    return [_tool(one) for one in found]


def _tool(tool: object) -> object:
    inner = tool.get("function") if isinstance(tool, Mapping) else None
    if not isinstance(inner, Mapping) or not isinstance(inner.get("parameters"), str):
        return tool
    return {**tool, "function": {**inner, "parameters": _parsed(inner["parameters"], "parameters of a tool")}}  # type: ignore[dict-item]


def _parsed(value: object, what: str) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise RowError(f"`{what}` is a text that is no JSON") from None
