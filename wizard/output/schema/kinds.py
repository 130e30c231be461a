"""A shape as Axolotl's facts have it, as JSON Schema takes what pydantic's lax mode would convert.

"8" is a number for pydantic, `yes` in quotes is true, and true is 1 (`wizard/knowledge/axolotl/fields.py`, is_kind).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wizard.knowledge.axolotl.fields import BOOLEAN_WORDS

Json = dict[str, Any]
BOUNDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")


def _any_case(word: str) -> str:
    return "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else letter for letter in word)


_SWITCH = "^(" + "|".join(_any_case(word) for word in sorted(BOOLEAN_WORDS)) + ")$"
_WHOLE = r"^\s*[+-]?\d+(_\d+)*(\.0*)?\s*$"
_NUMBER = (
    r"^\s*[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
    rf"|^\s*[+-]?({_any_case('inf')}({_any_case('inity')})?|{_any_case('nan')})\s*$"
)
_LOOSE = frozenset({"TorchAOQuantDType"})
"""Enumerations whose values validators of their own translate."""


def kind(name: str, bounds: Mapping[str, Any] | None = None) -> list[Json]:
    """The ways to write a value of one JSON type; numbers within these bounds."""
    limits = {key: value for key, value in (bounds or {}).items() if key in BOUNDS}
    if name == "boolean":
        whole = {"type": "integer", "minimum": 0, "maximum": 1}
        return [{"type": "boolean"}, whole, {"type": "string", "pattern": _SWITCH}]
    if name in ("integer", "number"):
        as_number = [value for value in (True, False) if _within(value, limits)]
        text = {"type": "string", "pattern": _WHOLE if name == "integer" else _NUMBER}
        return [{"type": name, **limits}, *([{"enum": as_number}] if as_number else []), text]
    return [{"type": name}]


def _within(value: float, limits: Mapping[str, Any]) -> bool:
    least, most = limits.get("minimum", value), limits.get("maximum", value)
    above, below = limits.get("exclusiveMinimum", value - 1), limits.get("exclusiveMaximum", value + 1)
    return bool(least <= value <= most and above < value < below)


def either(ways: Iterable[Json]) -> Json:
    """One of these, each once; everything where one of them is everything."""
    found: list[Json] = []
    for way in ways:
        parts = way["anyOf"] if set(way) == {"anyOf"} else [way]
        found += [part for part in parts if part not in found]
    if {} in found or not found:
        return {}
    return found[0] if len(found) == 1 else {"anyOf": found}


def flat(types: Iterable[str], values: Iterable[Any], bounds: Mapping[str, Any] | None = None) -> Json:
    """What a field without inner shape takes: its types, and its listed values first."""
    named, listed = set(types), list(values)
    if "any" in named:
        return {}
    order = [name for name in ("boolean", "integer", "number", "string", "array", "object", "null") if name in named]
    return either([*([{"enum": listed}] if listed else []), *(way for name in order for way in kind(name, bounds))])


def lax(shape: Mapping[str, Any], told: Mapping[str, Mapping[str, Any]] | None = None) -> Json:
    """An inner shape. `told`: default and description of the keys of the block that it is."""
    if "$ref" in shape:
        return {} if shape["$ref"].rpartition("/")[2] in _LOOSE else {"$ref": shape["$ref"]}
    choices = shape.get("anyOf") or shape.get("oneOf")
    if choices:
        return either(lax(one) for one in choices)
    if "const" in shape or "enum" in shape:
        return {"enum": [shape["const"]] if "const" in shape else list(shape["enum"])}
    name = shape.get("type")
    if name == "array":
        return _array(shape)
    if name == "object":
        return _block(shape, told or {})
    return {} if name is None else either(kind(name, shape))


def _array(shape: Mapping[str, Any]) -> Json:
    made: Json = {"type": "array", **{key: shape[key] for key in ("minItems", "maxItems") if key in shape}}
    if "prefixItems" in shape:
        made["prefixItems"] = [lax(one) for one in shape["prefixItems"]]
    if isinstance(shape.get("items"), Mapping):
        made["items"] = lax(shape["items"])
    return made


def _block(shape: Mapping[str, Any], told: Mapping[str, Mapping[str, Any]]) -> Json:
    made: Json = {"type": "object"}
    if "properties" in shape:
        made["properties"] = {
            name: {**lax(one), **notes(told.get(name, {}))} for name, one in shape["properties"].items()
        }
    if shape.get("required"):
        made["required"] = list(shape["required"])
    more = shape.get("additionalProperties")
    if isinstance(more, Mapping):
        made["additionalProperties"] = lax(more)
    elif more is False:
        made["additionalProperties"] = False
    return made


def notes(row: Mapping[str, Any]) -> Json:
    """What is told beside a shape: description, default, whether it is deprecated."""
    found: Json = {}
    if row.get("about"):
        found["description"] = row["about"]
    if row.get("default") is not None:
        found["default"] = row["default"]
    if row.get("deprecated"):
        found["deprecated"] = True
    return found
