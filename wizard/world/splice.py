"""Single edits of a YAML text at known places."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from wizard.domain.spelled import Spelled, represent
from wizard.world.yamltree import Spot

_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_MOST = 200
"""More keys that stand several times are not taken out in one go: each makes a new text."""
_PROPERTIES = re.compile(r"((?:&[^\s,\[\]{}]+(?=[\s,\]}]|$)[ \t]*)?)(?:![^\s,\[\]{}]*[ \t]*)?")


class RefusedError(Exception):
    """This edit can't be made; the text says why."""


class _ValueDumper(yaml.SafeDumper):
    """Lists indented under their key, no aliases, texts of several lines in double quotes."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    readable = all(one.isprintable() for one in value)
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if readable else '"')


_ValueDumper.add_representer(str, _text)
_ValueDumper.add_representer(Spelled, represent)


def inline(value: object, quote: str = "") -> str:
    """A value on one line, a text in the quotes that stood there."""
    if isinstance(value, str) and value.isprintable():
        if quote == '"':
            return json.dumps(value, ensure_ascii=False)
        if quote == "'":
            return "'" + value.replace("'", "''") + "'"
    return _dump([value], True)[1:-1].strip()


def put(text: str, parent: Spot, step: object, value: object, near: Sequence[str]) -> str:
    """The text with `step` of a mapping or a list set to a value."""
    if parent.kind == "sequence":
        assert isinstance(step, int)
        return _replace(text, parent, None, parent.parts[step], value)
    found = parent.entry(step)
    if found:
        return _replace(text, parent, found[0], found[1], value)
    if not parent.block:
        return _insert_inline(text, parent, step, value)
    known = next((entry for name in near if (entry := parent.entry(name))), None)
    return _insert(text, parent, known or (parent.parts[-2], parent.parts[-1]), step, value)


def rename(text: str, key: Spot, new: str) -> str:
    """The text with another name for a key."""
    return text[: key.start] + inline(new, _quote(text, key.start)) + text[key.end :]


def take_out(text: str, parent: Spot, step: object) -> str:
    """The text without a key, its values and the comment on its line. Comments on lines above it stay."""
    places = parent.numbers(step)
    if not places:
        raise RefusedError(f"`{step}` is merged in with `<<`; change it there by hand")
    for number in reversed(places):
        text = _cut(text, parent, number, step)
    return text


def only_last(text: str, root: Spot, keys: Sequence[str]) -> str:
    """The text in which these keys of the root, and each key below them, stand once: those that do not count go."""
    doubled = sorted(_earlier(root, frozenset(keys)), key=lambda one: one[0].parts[2 * one[1]].start, reverse=True)
    if len(doubled) > _MOST:
        raise RefusedError("too many keys stand there several times; take them out by hand")
    for parent, number in doubled:  # from the end on: what stands before keeps its place
        text = _cut(text, parent, number, parent.parts[2 * number].value)
    return text


def _earlier(spot: Spot, only: frozenset[str] | None = None) -> Iterator[tuple[Spot, int]]:
    """The mappings and places of entries that another one of that name follows, here and below; `only`: at these."""
    if spot.kind == "mapping":
        last = {key.value: number for number, (key, _) in enumerate(spot.entries()) if key.kind == "scalar"}
        for number, (key, value) in enumerate(spot.entries()):
            if key.value == "<<" or (only is not None and key.value not in only):
                continue
            if last.get(key.value, number) == number:
                yield from _earlier(value)
            else:
                yield spot, number
    elif spot.kind == "sequence":
        for part in spot.parts:
            yield from _earlier(part)


def _cut(text: str, parent: Spot, number: int, step: object) -> str:
    """The text without one entry; what stands behind it may have been changed already."""
    entries = list(parent.entries())
    key, value = entries[number]
    after = entries[number + 1][0].start if number + 1 < len(entries) else None
    if not parent.block:
        if after is not None:
            return text[: key.start] + text[after:]
        first = max(entries[number - 1][0].end, entries[number - 1][1].end) if number else key.start
        return text[:first] + text[max(key.end, value.end) :]
    start = _line_start(text, key.start)
    if text[start : key.start].strip(" "):
        if after is None or "#" in text[value.end : after] or "?" in text[start : key.start]:
            raise RefusedError(f"`{step}` does not stand on a line of its own")
        return text[: key.start] + text[after:]
    end = _line_end(text, max(key.end, value.end))
    line_break = _BREAK.match(text, end)
    if line_break is None:  # the last line, without an end: the one above it becomes so
        last = list(_BREAK.finditer(text, 0, start))
        return text[: last[-1].start()] if last else ""
    return text[:start] + text[line_break.end() :]


def _replace(text: str, parent: Spot, key: Spot | None, child: Spot, value: object) -> str:
    body = child.start + len(_PROPERTIES.match(text, child.start)[1]) if child.kind != "alias" else child.start  # type: ignore[index]
    if child.block and body == child.start and child.kind != "scalar":
        if isinstance(value, (dict, list)) and value:
            return text[:body] + _lines(value, child.column, text) + text[child.end :]
        if key is not None:
            colon = text.index(":", key.end) + 1
            comments = text[colon:body].rstrip()
            return text[:colon] + " " + inline(value) + comments + text[child.end :]
        return text[:body] + inline(value) + text[child.end :]
    written = inline(value, _quote(text, body) if child.kind == "scalar" and body < child.end else "")
    if child.end > child.start:
        space = " " if body > child.start and text[body - 1] not in " \t" else ""
        return text[:body] + space + written + text[child.end :]
    before = text[child.start - 1 : child.start]
    if before not in (":", "-"):
        if key is None or parent.block:
            raise RefusedError("its place is not clear")
        return text[: key.end] + ": " + written + text[key.end :]
    return text[: child.start] + " " + written + text[child.start :]


def _insert(text: str, parent: Spot, after: tuple[Spot, Spot], step: object, value: object) -> str:
    """A new line after an entry of a block, indented as the entry is."""
    end = _line_end(text, max(after[0].end, after[1].end))
    head = _newline(text) + " " * parent.column + inline(step) + ":"
    if isinstance(value, (dict, list)) and value:
        column = parent.column + 2
        line = head + _newline(text) + " " * column + _lines(value, column, text)
    else:
        line = f"{head} {inline(value)}"
    return text[:end] + line + text[end:]


def _insert_inline(text: str, parent: Spot, step: object, value: object) -> str:
    """A new entry at the end of `{a: 1}`; quoted as JSON where the others are."""
    entries = list(parent.entries())
    if not entries:
        brace = parent.end - 1
        return text[:brace] + f"{inline(step)}: {inline(value)}" + text[brace:]
    key, last = entries[-1]
    pair = f"{inline(step)}: {inline(value)}"
    if all(text[one.start] == '"' for one, _ in entries):
        pair = f"{json.dumps(step)}: {json.dumps(value)}"
    end = max(key.end, last.end)
    return text[:end] + ", " + pair + text[end:]


def _lines(value: object, column: int, text: str) -> str:
    """A block or a list on lines of its own, all but the first indented to a column."""
    return (_newline(text) + " " * column).join(_dump(value, False).splitlines())


def _dump(value: object, flow: bool) -> str:
    form: dict[str, Any] = {"Dumper": _ValueDumper, "default_flow_style": flow, "sort_keys": False, "width": 10**9}
    return str(yaml.dump(value, allow_unicode=True, **form)).rstrip("\n")


def _quote(text: str, at: int) -> str:
    return text[at] if text[at] in "'\"" else ""


def _newline(text: str) -> str:
    found = _BREAK.search(text)
    return found[0] if found and found[0] in ("\r\n", "\r") else "\n"


def _line_start(text: str, at: int) -> int:
    return max(text.rfind(one, 0, at) for one in "\n\r\x85\u2028\u2029") + 1


def _line_end(text: str, at: int) -> int:
    found = _BREAK.search(text, at)
    return found.start() if found else len(text)
