"""The first rows of JSON text: one a line, one list of all, or one object, as `datasets` tells them apart."""

from __future__ import annotations

import json
from typing import Any

from wizard.domain.errors import InputError

_LOOKED_AT = 2_000
"""Rows that are parsed at most."""


def rows(text: str, *, whole: bool) -> list[dict[str, Any]]:
    """The rows of a text that may be cut at its end (`whole` False). Raises InputError with the line of a fault."""
    begun = text.lstrip()
    if begun.startswith("["):
        return _listed(text, whole=whole)
    if begun.startswith("{") and whole and (one := _document(text)) is not None:
        return [one]
    return _lines(text, whole=whole)


def _document(text: str) -> dict[str, Any] | None:
    """The text as one object, None where it is not one: then each line is a row."""
    if text.count("\n", 0, len(text.rstrip())) and _is_object(text.lstrip().partition("\n")[0]):
        return None
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except _TwiceError as error:
        raise InputError(f"`{error}` stands twice in a row", line=1) from None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _lines(text: str, *, whole: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    lines = text.split("\n")
    for number, line in enumerate(lines if whole else lines[:-1], 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, object_pairs_hook=_once)
        except RecursionError:
            raise InputError("nested too deep", line=number) from None
        except _TwiceError as error:
            raise InputError(f"`{error}` stands twice in a row", line=number) from None
        except ValueError:
            raise InputError("not valid JSON", line=number) from None
        if not isinstance(row, dict):
            raise InputError("not a JSON object, which a row has to be", line=number)
        found.append(row)
        if len(found) == _LOOKED_AT:
            break
    return found


class _TwiceError(Exception):
    """A key that a block has twice, which pyarrow does not read in a file of lines."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _TwiceError(next(key for place, (key, _) in enumerate(pairs) if key in [one for one, _ in pairs[:place]]))
    return found


def _listed(text: str, *, whole: bool) -> list[dict[str, Any]]:
    """The objects of a list; texts stand in a column `text`."""
    decoder = json.JSONDecoder()
    found: list[dict[str, Any]] = []
    at = _passed(text, text.index("[") + 1)
    while at < len(text) and text[at] != "]":
        try:
            row, end = decoder.raw_decode(text, at)
            end = _passed(text, end)
            if end < len(text) and text[end] not in ",]":
                raise ValueError
        except (ValueError, RecursionError):
            if not whole:
                return found
            raise InputError("not valid JSON", line=text.count("\n", 0, at) + 1) from None
        if not isinstance(row, (dict, str)):
            raise InputError("not a JSON object, which a row has to be", line=text.count("\n", 0, at) + 1)
        found.append({"text": row} if isinstance(row, str) else row)
        if len(found) == _LOOKED_AT:
            return found
        at = _passed(text, end + 1) if end < len(text) and text[end] == "," else end
    if at >= len(text) and whole:
        raise InputError("the list does not end", line=text.count("\n") + 1)
    behind = _passed(text, at + 1)
    if behind < len(text):
        lists = "each line is a list, and a row has to be a JSON object" if text[behind] == "[" else None
        raise InputError(lists or "there is more behind the list", line=text.count("\n", 0, behind) + 1)
    return found


def _passed(text: str, at: int) -> int:
    """The place of the next character that is no blank."""
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at
