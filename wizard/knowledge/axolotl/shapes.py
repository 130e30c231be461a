"""Whether a list or a block has the inner shape that Axolotl's schema asks for."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import data, is_kind

_DEEPEST = 12
_BOUNDS: tuple[tuple[str, str, Callable[[float, float], bool]], ...] = (
    ("minimum", "at least", operator.lt),
    ("exclusiveMinimum", "more than", operator.le),
    ("maximum", "at most", operator.gt),
    ("exclusiveMaximum", "less than", operator.ge),
)
_LOOSE = frozenset({"TorchAOQuantDType"})
"""Enumerations whose values validators of their own translate."""

Schema = Mapping[str, Any]
_DEFINITION = "definition"


@cache
def shaped(version: Version) -> Mapping[str, Schema]:
    """The fields that have an inner shape or bounds; a reference has the definition it leads to beside it."""
    made = data(version)
    shapes, defs = deepcopy((made["shapes"], made["defs"]))
    for schema in (*shapes.values(), *defs.values()):
        _link(schema, defs)
    found: Mapping[str, Schema] = shapes
    return found


def _link(part: Any, defs: dict[str, Any]) -> None:
    if isinstance(part, list):
        for one in part:
            _link(one, defs)
    elif isinstance(part, dict):
        for one in list(part.values()):
            _link(one, defs)
        if isinstance(part.get("$ref"), str):
            part[_DEFINITION] = defs[part["$ref"].rpartition("/")[2]]


def misfit(name: str, value: object, version: Version) -> str | None:
    """Where a field's value first departs from its shape, as "entry 2, rank: a whole number"; None where it fits, or
    where the field has no inner shape. As pydantic converts in its lax mode (generated from each version).
    """
    schema = shaped(version).get(name)
    if schema is None or value is None:
        return None
    return next(_misfits(value, schema, (), 0), None)


def _misfits(value: object, schema: Schema, place: tuple[str, ...], depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in _LOOSE:
            yield from _misfits(value, schema[_DEFINITION], place, depth + 1)
        return
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        found = []
        for one in choices:
            text = next(_misfits(value, one, place, depth + 1), None)
            if text is None:
                return
            found.append(text)
        yield max(found, key=lambda text: text.count(","))
        return
    if "const" in schema or "enum" in schema:
        allowed = [schema["const"]] if "const" in schema else schema["enum"]
        if value not in allowed:
            yield _said(place, "one of " + ", ".join(map(str, allowed)))
        return
    yield from _typed(value, schema, place, depth)


def _typed(value: object, schema: Schema, place: tuple[str, ...], depth: int) -> Iterator[str]:
    kind = schema.get("type")
    if kind is None:
        return
    if kind == "null":
        if value is not None:
            yield _said(place, "nothing")
    elif not is_kind(kind, value):
        yield _said(place, _WORDS[kind])
    elif kind in ("integer", "number"):
        yield from _bounded(value, schema, place)
    elif isinstance(value, list):
        yield from _listed(value, schema, place, depth)
    elif isinstance(value, dict):
        yield from _blocked(value, schema, place, depth)


def _bounded(value: object, schema: Schema, place: tuple[str, ...]) -> Iterator[str]:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return
    for key, words, wrong in _BOUNDS:
        if key in schema and wrong(number, schema[key]):
            yield _said(place, f"{words} {schema[key]}")
            return


def _listed(value: list[object], schema: Schema, place: tuple[str, ...], depth: int) -> Iterator[str]:
    least, most = schema.get("minItems", 0), schema.get("maxItems", len(value))
    if not least <= len(value) <= most:
        yield _said(place, f"{least} or more entries" if len(value) < least else f"at most {most} entries")
    firsts = schema.get("prefixItems", [])
    for number, item in enumerate(value):
        inner = firsts[number] if number < len(firsts) else schema.get("items")
        if isinstance(inner, Mapping):
            yield from _misfits(item, inner, (*place, f"entry {number + 1}"), depth + 1)


def _blocked(value: dict[object, object], schema: Schema, place: tuple[str, ...], depth: int) -> Iterator[str]:
    known = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            yield _said((*place, name), "a value")
    for key, item in value.items():
        inner = known.get(key, schema.get("additionalProperties"))
        if inner is False:
            yield _said((*place, str(key)), "nothing: there is no such key")
        elif isinstance(inner, Mapping):
            yield from _misfits(item, inner, (*place, str(key)), depth + 1)


_WORDS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "array": "a list",
    "object": "a block of keys",
}


def _said(place: tuple[str, ...], wanted: str) -> str:
    return f"{', '.join(place)}: {wanted}" if place else wanted
