"""Whether a list or a block has the inner shape that Axolotl's schema asks for, and which of its keys are dropped."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, TypeGuard

from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import data, is_kind

_TEXT = {"type": "string"}
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
Steps = tuple[object, ...]
"""The way from a field into its value: names of keys, and numbers of entries from 0."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """What does not fit: the way to it, and what the schema takes there. `allowed`: the values of a fixed list.

    `bound`: it is a number out of its bounds.
    """

    steps: Steps
    wanted: str
    allowed: tuple[object, ...] = ()
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Stray:
    """A key that the schema drops: the way to it, and the keys that its block has."""

    steps: Steps
    known: tuple[str, ...]


def written(name: str, steps: Steps) -> str:
    """The path of an inner value as findings name it: `datasets[0].type`."""
    return name + "".join(f"[{step}]" if type(step) is int else f".{step}" for step in steps)


@cache
def _linked(version: Version) -> tuple[Mapping[str, Schema], Mapping[str, Schema], Mapping[str, Mapping[str, Schema]]]:
    """The shapes of fields, of models and of plugins' fields; a reference has the definition it leads to beside it."""
    made = data(version)
    found: tuple[dict[str, Schema], dict[str, Schema], dict[str, dict[str, Schema]]] = deepcopy(
        (made["shapes"], made["defs"], made["plugin_shapes"])
    )
    for schemas in (*found[:2], *found[2].values()):
        for schema in schemas.values():
            _link(schema, found[1])
    return found


def _link(part: Any, defs: Mapping[str, Schema]) -> None:
    if isinstance(part, list):
        for one in part:
            _link(one, defs)
    elif isinstance(part, dict):
        for one in list(part.values()):
            _link(one, defs)
        if isinstance(part.get("$ref"), str):
            part[_DEFINITION] = defs[part["$ref"].rpartition("/")[2]]


def shaped(version: Version) -> Mapping[str, Schema]:
    """The fields that have an inner shape or bounds."""
    return _linked(version)[0]


def shaped_by_plugins(version: Version) -> Mapping[str, Mapping[str, Schema]]:
    """The same of the fields that exist only while their plugin is listed, by the plugin's path."""
    return _linked(version)[2]


def model(name: str, version: Version) -> Schema:
    """The shape of one of the schema's models, such as `SFTDataset`."""
    return _linked(version)[1][name]


def has_model(name: str, version: Version) -> bool:
    """Whether this version has such a model."""
    return name in _linked(version)[1]


def misfits(schema: Schema, value: object, most: int = 20) -> list[Misfit]:
    """Where a value departs from a shape, as pydantic converts in its lax mode; the first where it has many."""
    return list(islice(_misfits(value, schema, (), 0), most))


def strays(schema: Schema, value: object, most: int = 40) -> list[Stray]:
    """The keys of a value that pydantic drops without a word; the first where there are many."""
    return list(islice(_strays(value, schema, (), 0), most))


def _referred(schema: Schema) -> Schema | None:
    """The model that a shape refers to; None where validators of its own translate its values."""
    name = schema["$ref"].rpartition("/")[2]
    return None if name in _LOOSE else schema[_DEFINITION]


def _misfits(value: object, schema: Schema, steps: Steps, depth: int) -> Iterator[Misfit]:
    if depth > _DEEPEST:
        return
    if "$ref" in schema:
        referred = _referred(schema)
        if referred is not None:
            yield from _misfits(value, referred, steps, depth + 1)
        elif value is None:
            yield Misfit(steps, "a value")
        return
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        found = []
        for one in choices:
            first = next(_misfits(value, one, steps, depth + 1), None)
            if first is None:
                return
            found.append((one, first))
        nearest = max(found, key=lambda pair: len(pair[1].steps))[0]
        yield from _misfits(value, nearest, steps, depth + 1)
        return
    if "const" in schema or "enum" in schema:
        allowed = [schema["const"]] if "const" in schema else schema["enum"]
        if value not in allowed:
            yield Misfit(steps, "one of " + ", ".join(map(str, allowed)), tuple(allowed))
        return
    yield from _typed(value, schema, steps, depth)


def _typed(value: object, schema: Schema, steps: Steps, depth: int) -> Iterator[Misfit]:
    kind = schema.get("type")
    if kind is None:
        return
    if kind == "null":
        if value is not None:
            yield Misfit(steps, "nothing")
    elif not is_kind(kind, value):
        yield Misfit(steps, _WORDS[kind])
    elif kind in ("integer", "number"):
        yield from _bounded(value, schema, steps)
    elif isinstance(value, list):
        yield from _listed(value, schema, steps, depth)
    elif isinstance(value, dict):
        yield from _blocked(value, schema, steps, depth)


def _bounded(value: object, schema: Schema, steps: Steps) -> Iterator[Misfit]:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return
    for key, words, wrong in _BOUNDS:
        if key in schema and wrong(number, schema[key]):
            yield Misfit(steps, f"{words} {schema[key]}", bound=True)
            return


def _listed(value: list[object], schema: Schema, steps: Steps, depth: int) -> Iterator[Misfit]:
    least, most = schema.get("minItems", 0), schema.get("maxItems", len(value))
    if not least <= len(value) <= most:
        yield Misfit(steps, f"{least} or more entries" if len(value) < least else f"at most {most} entries")
    if schema.get("items") == _TEXT and "prefixItems" not in schema and all(type(item) is str for item in value):
        return
    for number, item, inner in _items(value, schema):
        yield from _misfits(item, inner, (*steps, number), depth + 1)


def _items(value: list[object], schema: Schema) -> Iterator[tuple[int, object, Schema]]:
    """The entries of a list with their shapes, where they have one."""
    firsts = schema.get("prefixItems", [])
    for number, item in enumerate(value):
        inner = firsts[number] if number < len(firsts) else schema.get("items")
        if isinstance(inner, Mapping):
            yield number, item, inner


def _blocked(value: dict[object, object], schema: Schema, steps: Steps, depth: int) -> Iterator[Misfit]:
    known = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            yield Misfit((*steps, name), "a value")
    for key, item in value.items():
        inner = known.get(key, schema.get("additionalProperties"))
        if inner is False:
            yield Misfit((*steps, str(key)), "nothing: there is no such key")
        elif isinstance(inner, Mapping):
            yield from _misfits(item, inner, (*steps, str(key)), depth + 1)


def _may_have_keys(value: object) -> TypeGuard[dict[str, object] | list[object]]:
    """Whether there is a block in it: a list of texts may be long."""
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value)
    )


def _strays(value: object, schema: Schema, steps: Steps, depth: int) -> Iterator[Stray]:
    if depth > _DEEPEST or not _may_have_keys(value):
        return
    if "$ref" in schema:
        referred = _referred(schema)
        if referred is not None:
            yield from _strays(value, referred, steps, depth + 1)
        return
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        chosen = best(choices, value) or _meant(choices, value)
        if chosen is not None:
            yield from _strays(value, chosen, steps, depth + 1)
    elif isinstance(value, list):
        for number, item, inner in _items(value, schema):
            yield from _strays(item, inner, (*steps, number), depth + 1)
    else:
        known = schema.get("properties", {})
        for key, item in value.items():
            inner = known.get(key, schema.get("additionalProperties"))
            if inner is None and known:
                if item is not None:
                    yield Stray((*steps, str(key)), tuple(known))
            elif isinstance(inner, Mapping):
                yield from _strays(item, inner, (*steps, str(key)), depth + 1)


def best(choices: list[Schema], value: object) -> Schema | None:
    """The shape that pydantic's smart union takes: of those that fit the first that knows most keys."""
    fitting = [one for one in choices if next(_misfits(value, one, (), 0), None) is None]
    return max(fitting, key=lambda one: keys_set(one, value), default=None)


def _meant(choices: list[Schema], value: object) -> Schema | None:
    """The shape that a value is nearest to which fits none: its other keys are looked at all the same."""
    kind = "array" if isinstance(value, list) else "object"
    alike = [one for one in choices if ((_referred(one) or {}) if "$ref" in one else one).get("type") == kind]
    return max(alike, key=lambda one: keys_set(one, value), default=None)


def keys_set(schema: Schema, value: object) -> int:
    """How many keys of a block a shape knows, those of its inner blocks too."""
    found = (_referred(schema) or {}) if "$ref" in schema else schema
    if not isinstance(value, dict):
        return 0
    known = found.get("properties", {})
    return sum(1 + _inner_keys(known[key], item) for key, item in value.items() if key in known)


def _inner_keys(schema: Schema, value: object) -> int:
    choices = schema.get("anyOf") or schema.get("oneOf") or [schema]
    return max((keys_set(one, value) for one in choices), default=0)


_WORDS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "array": "a list",
    "object": "a block of keys",
}
