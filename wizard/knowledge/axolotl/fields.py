"""Every field of an Axolotl config, by version: `0.21/fields.json`, made by `python -m scripts.axolotl_versions`.

Only the versions that are asked for are read.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from wizard.domain.version import Version

BOOLEAN_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "1", "0", "y", "n", "t", "f"})
_TYPE_WORDS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "array": "a list",
    "object": "a block of keys",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: the JSON types it takes, its listed values, the plugin without which it does not exist."""

    name: str
    types: frozenset[str]
    values: tuple[object, ...] = ()
    plugin: str | None = None

    def accepts(self, value: object) -> bool:
        """Whether Axolotl's schema takes this value, as pydantic's lax mode would convert it."""
        if value is None:
            return "null" in self.types or "any" in self.types
        if "any" in self.types or value in self.values:
            return True
        return any(is_kind(kind, value) for kind in self.types)

    def wanted(self) -> str:
        """What it takes, in words: `true or false, or 'auto'`."""
        words = [_TYPE_WORDS[kind] for kind in _TYPE_WORDS if kind in self.types]
        words += [f"'{value}'" if isinstance(value, str) else str(value) for value in self.values]
        return ", ".join(words[:-1]) + (f" or {words[-1]}" if len(words) > 1 else "".join(words))


def is_kind(kind: str, value: object) -> bool:
    """Whether pydantic's lax mode takes this value for this JSON type."""
    if kind == "boolean":
        lower = value.lower() if isinstance(value, str) else None
        return isinstance(value, bool) or lower in BOOLEAN_WORDS or value in (0, 1)
    if kind in ("integer", "number"):
        return _is_number(value, whole=kind == "integer")
    if kind == "string":
        return isinstance(value, str)
    if kind == "array":
        return isinstance(value, list)
    return kind == "object" and isinstance(value, dict)


def _is_number(value: object, *, whole: bool) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, str):
        try:
            value = int(value) if whole else float(value)
        except ValueError:
            return False
    if isinstance(value, float):
        return not whole or (math.isfinite(value) and value.is_integer())
    return isinstance(value, int)


@cache
def data(version: Version) -> dict[str, Any]:
    """The generated file of a known version, whole."""
    text = (Path(__file__).parent / str(version) / "fields.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _field(name: str, row: dict[str, Any], plugin: str | None = None) -> Field:
    return Field(
        name=name,
        types=frozenset(row["types"]),
        values=tuple(row.get("values", ())),
        plugin=plugin,
    )


@cache
def fields(version: Version) -> dict[str, Field]:
    """Axolotl's own fields and their other names, by name; those of plugins that are always loaded among them."""
    made = data(version)
    found = {name: _field(name, row) for name, row in made["fields"].items()}
    for name, others in made["aliases"].items():
        known = next(spelled for spelled in (name, *others) if spelled in found)
        for spelled in (name, *others):
            found.setdefault(spelled, _field(spelled, made["fields"][known]))
    return found


@cache
def plugin_fields(version: Version) -> dict[str, Field]:
    """The fields that exist only while their plugin is listed under `plugins`."""
    own = data(version)
    listed = {plugin: rows for plugin, rows in own["plugins"].items() if plugin not in own["builtin"]}
    return {name: _field(name, row, plugin) for plugin, rows in listed.items() for name, row in rows.items()}


def find(name: str, version: Version) -> Field | None:
    """The field of this name, a plugin's too."""
    return fields(version).get(name) or plugin_fields(version).get(name)


def plugin_classes(version: Version) -> tuple[str, ...]:
    """The paths of Axolotl's plugins, those without fields too."""
    return tuple(data(version)["plugins"])
