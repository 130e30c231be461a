"""Text that can be shown as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from math import isfinite, isnan


def plain(text: str) -> str:
    """The text on one line, without characters that steer a terminal."""
    return text if text.isprintable() else "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


_WORD = re.compile(r"[A-Za-z_./~][\w./+@=-]*(?: [\w./+@=-]+)*")
_OTHER = frozenset({"true", "false", "yes", "no", "on", "off", "null", "none", "y", "n", "~", "nan", ".nan", ".inf"})
"""Words that YAML, or who reads, takes for something else than a text."""


def in_yaml(value: object) -> str:
    """A value of a file as YAML writes it on one line: `true`, `null`, `{path: data.jsonl}`; a text as it is."""
    return value if isinstance(value, str) else _inner(value)


def _inner(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_inner(key)}: {_inner(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_inner, value)) + "]"
    if isinstance(value, float) and not isfinite(value):
        return ".nan" if isnan(value) else ".inf" if value > 0 else "-.inf"
    if isinstance(value, str) and (_WORD.fullmatch(value) is None or value.lower() in _OTHER):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def quoted(value: object) -> str:
    """The same with a text in quotes, for a sentence that says what a key is."""
    return f"'{value}'" if isinstance(value, str) else in_yaml(value)
