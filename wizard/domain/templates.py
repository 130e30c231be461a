"""Values that a tool was to fill in before Axolotl reads the file, such as `${BASE_MODEL}` or `{{ model }}`."""

from __future__ import annotations

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\$\{[A-Za-z_][^{}]{0,80}\}")
_WHOLE = re.compile(r"\s*(\{\{[^{}]{0,80}\}\})\s*")
_MARKS = re.compile(r"\{\{[^{}\n]{0,80}\}\}|\{%[^{}\n]{0,80}%\}")
_JINJA = re.compile("template|jinja")
"""Keys whose values are templates for Axolotl itself."""
_DEEPEST = 12


def unfilled(values: Mapping[str, object]) -> dict[str, str]:
    """The top-level keys that hold a template, each with the first one in it. Templates of chats are none."""
    found = {}
    for key, value in values.items():
        if isinstance(value, (str, list, dict)):
            text = _first(key, value, 0)
            if text is not None:
                found[key] = text
    return found


def marked(line: str) -> str | None:
    """The `{{ ... }}` or `{% ... %}` of a line that is no YAML as it stands."""
    match = _MARKS.search(line)
    return match[0] if match else None


def _first(key: object, value: object, depth: int) -> str | None:
    if isinstance(value, str):
        if ("${" not in value and "{{" not in value) or _JINJA.search(str(key)):
            return None
        match = _VARIABLE.search(value)
        whole = _WHOLE.fullmatch(value)
        return match[0] if match else whole[1] if whole else None
    if depth > _DEEPEST:
        return None
    parts = (
        value.items() if isinstance(value, dict) else ((key, one) for one in value) if isinstance(value, list) else ()
    )
    return next((text for name, one in parts if (text := _first(name, one, depth + 1)) is not None), None)
