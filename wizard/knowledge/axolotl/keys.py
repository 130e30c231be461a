"""Every key that can be written in a config of one version, those inside blocks too, with what is told of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import Field, data, fields, plugin_fields
from wizard.knowledge.axolotl.named_values import named_values, takes_no_other
from wizard.knowledge.axolotl.settings import read
from wizard.knowledge.axolotl.shapes import Schema, shaped, shaped_by_plugins
from wizard.knowledge.help import topics
from wizard.knowledge.layout import place, section_of, sections

_DEEPEST = 4
ENTRY = "[]"
"""In a path: each entry of a list."""
_NUMBERED = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Key:
    """One key by its path: `lora_r`, `trl.beta`, `datasets[].type`.

    `types` and `values` are those of its schema, `default` what Axolotl takes without it (None: nothing), `about` one
    line of help (empty where nobody tells), `names` what a text may be where the schema lists nothing, `plugin` what
    has to be listed for it to count. `memory`: the estimate follows it, or its block.
    """

    path: str
    types: frozenset[str]
    values: tuple[object, ...] = ()
    default: object = None
    about: str = ""
    plugin: str | None = None
    memory: bool = False
    names: tuple[str, ...] = ()

    @property
    def top(self) -> str:
        """The field that it is, or is inside of."""
        return self.path.partition(".")[0].removesuffix(ENTRY)

    @property
    def section(self) -> str:
        """Under which title it stands in a written file."""
        return section_of(self.top) or "Everything else"

    def wanted(self) -> str:
        """What it takes, in words."""
        types = self.types - {"string"} if takes_no_other(self.path) else self.types
        return Field(self.path, types, self.listed).wanted() or "anything"

    @property
    def listed(self) -> tuple[object, ...]:
        """Every value that is known by name."""
        return (*self.values, *(name for name in self.names if name not in self.values))


@cache
def keys(version: Version) -> tuple[Key, ...]:
    """All of them, in the order in which people read a file; what is inside a block follows it."""
    found: dict[str, Key] = {}
    for name in (*fields(version), *plugin_fields(version)):
        for key in _of(name, version):
            same = found.get(key.path)
            found[key.path] = key if same is None else _both(same, key)
    last = (len(sections()), 0)
    return tuple(sorted(found.values(), key=lambda key: (place(key.top) or last, key.top)))


def _both(one: Key, other: Key) -> Key:
    """One key that several models have, each with a type of its own."""
    values = (*one.values, *(value for value in other.values if value not in one.values))
    return replace(one, types=one.types | other.types, values=values, about=one.about or other.about)


@cache
def by_path(version: Version) -> Mapping[str, Key]:
    """The same by their paths."""
    return {key.path: key for key in keys(version)}


def find_key(path: str, version: Version) -> Key | None:
    """The key of a path, whichever entry of a list it leads through: `datasets[1].type`."""
    return by_path(version).get(_NUMBERED.sub(ENTRY, path))


def takes_number(path: str, version: Version) -> bool:
    """Whether a number may stand there: a key that takes one, or any value, as all do in a block that takes any."""
    key = find_key(path, version)
    if key is not None:
        return not key.types.isdisjoint({"number", "integer", "any"})
    around = path
    while key is None and ("." in around or "[" in around):
        around = around[: max(around.rfind("."), around.rfind("["))]
        key = find_key(around, version)
    return key is None or not key.types.isdisjoint({"object", "any"})


def _of(name: str, version: Version) -> Iterator[Key]:
    """A field, and what is inside it."""
    field = fields(version).get(name) or plugin_fields(version)[name]
    row = _row(name, field.plugin, version)
    told = row.get("about") or _told_by_us().get(name, "")
    memory = name in read()
    yield Key(
        name, field.types, field.values, row.get("default"), told, field.plugin, memory, named_values(name, version)
    )
    shape = shape_of(name, version)
    if shape is not None:
        yield from _inside(name, shape, version, (field.plugin, memory), frozenset())


def shape_of(name: str, version: Version) -> Schema | None:
    """The inner shape of a field, None where it has none."""
    field = plugin_fields(version).get(name)
    if field is not None and field.plugin is not None:
        return shaped_by_plugins(version).get(field.plugin, {}).get(name)
    return shaped(version).get(name)


def _row(name: str, plugin: str | None, version: Version) -> Mapping[str, Any]:
    made = data(version)
    if plugin is not None:
        own: Mapping[str, Any] = made["plugins"][plugin][name]
        return own
    spelled = next(((one, *names) for one, names in made["aliases"].items() if name in (one, *names)), ())
    row: Mapping[str, Any] = made["fields"][next(one for one in (name, *spelled) if one in made["fields"])]
    return row


@cache
def _told_by_us() -> Mapping[str, str]:
    """What our own help says of a field, for those of which Axolotl's schema says nothing."""
    return {one.field: one.what for one in topics().values() if one.field}


def _inside(
    path: str, shape: Schema, version: Version, of: tuple[str | None, bool], seen: frozenset[str], depth: int = 0
) -> Iterator[Key]:
    """The keys inside a value of this shape, of each model that it may be."""
    for way, model, schema in _models(shape, ""):
        if model in seen or depth >= _DEEPEST:
            continue
        told = data(version)["inner"].get(model, {})
        for name, inner in schema.get("properties", {}).items():
            here = f"{path}{way}.{name}"
            types, values = _forms(inner)
            row = told.get(name, {})
            yield Key(here, frozenset(types), tuple(values), row.get("default"), row.get("about", ""), *of)
            yield from _inside(here, inner, version, of, seen | {model}, depth + 1)


def _models(shape: Schema, way: str) -> Iterator[tuple[str, str, Schema]]:
    """The models in a shape: `[]` where it is in a list, its name, its schema."""
    if "$ref" in shape:
        yield way, shape["$ref"].rpartition("/")[2], shape["definition"]
    for one in (*shape.get("anyOf", ()), *shape.get("oneOf", ())):
        yield from _models(one, way)
    items = shape.get("items")
    if isinstance(items, Mapping):
        yield from _models(items, way + ENTRY)


def _forms(schema: Schema) -> tuple[set[str], list[object]]:
    """The JSON types that a shape takes, and its listed values."""
    if "$ref" in schema:
        schema = schema["definition"]
    if "const" in schema or "enum" in schema:
        return {"enum"}, [schema["const"]] if "const" in schema else list(schema["enum"])
    types, values = set[str](), list[object]()
    for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        more, allowed = _forms(one)
        types |= more
        values += allowed
    if "type" in schema:
        types.add(schema["type"])
    return types or {"any"}, values
