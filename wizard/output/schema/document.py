"""The schema of a whole file: JSON Schema 2020-12.

It refuses what Axolotl's own schema refuses for its shape, and takes what Axolotl takes. A key that no version's model
has is taken, as Axolotl drops it without a word; `closed` refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.axolotl.datasets import BY_METHOD, LABELLED, MODELS, PAIRS, SUPERVISED, SYNTHETIC
from wizard.axolotl.plugins import INTEGRATIONS, paths
from wizard.domain.version import Version
from wizard.knowledge.axolotl.dataset_types import dataset_types
from wizard.knowledge.axolotl.fields import data
from wizard.knowledge.axolotl.keys import Key, by_path
from wizard.knowledge.axolotl.meanings import meanings
from wizard.knowledge.axolotl.settings import attention
from wizard.output.schema.kinds import Json, either, flat, kind, lax, notes

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REQUIRED = ("base_model", "learning_rate")
_TRANSLATED = ("image_resize_algorithm",)
"""Fields of which a validator takes more than their shape says."""
_DEGREE, _OLD_DEGREE = "context_parallel_size", "sequence_parallel_degree"
"""Where there is a block `context_parallel` one of them goes into it, and is held to what that takes."""
_ONE_OR_MORE = either([*kind("integer", {"minimum": 1}), *kind("null")])
_FSDP = "FSDPConfig"
_FALLBACK = {"type": "string", "pattern": "^tokenizer_default_fallback_"}
"""What `chat_template` takes beside its names (axolotl 0.21.0 utils/schemas/config.py, chat_template)."""
_INNER: Mapping[tuple[str, str], Json] = {
    ("MoraConfig", "mora_type"): {"enum": [1, 6, True]},
    ("ExportConfig", "quantize"): {"type": "string"},
}
"""What validators translate (axolotl 0.21.0 integrations/mora/args.py, utils/schemas/export.py)."""
_NEEDED = ("llmcompressor",)
"""The key that a plugin can't do without (axolotl 0.21.0 integrations/llm_compressor/args.py)."""
_LOADERS = {SUPERVISED: "supervised", PAIRS: "dpo", LABELLED: "kto"}
"""The models of an entry whose `type` names a loader, and the kind of training whose loaders there are."""


def schema(version: Version, *, closed: bool = False) -> Json:
    """The schema of a version. `closed`: keys that Axolotl would drop are refused too, at the top and in blocks."""
    made = data(version)
    properties = {name: _property(name, version) for name in _names(version)}
    for name, meaning in meanings().items():
        if meaning.old and name not in properties and not closed:
            properties[name] = {"description": _gone(meaning.means, meaning.to, meaning.rest.drop), "deprecated": True}
    found: Json = {
        "$schema": DIALECT,
        "title": f"Axolotl {version} config",
        "description": f"A training config of {made['package']}.",
        "type": "object",
        "properties": properties,
        "required": list(_REQUIRED),
        "allOf": [
            _entries(version),
            *_old_degree(version),
            *(_of_plugin(plugin, version) for plugin in made["plugins"] if _own(plugin, version)),
        ],
        "$defs": {name: _definition(name, version, closed=closed) for name in made["defs"]},
    }
    if closed:
        found["additionalProperties"] = False
    return found


def _names(version: Version) -> list[str]:
    """Every key at the top, in the order in which people read a file."""
    return [path for path in by_path(version) if "." not in path and "[" not in path]


def _property(name: str, version: Version) -> Json:
    """One key at the top; of a key that needs its plugin only what is told of it: without the plugin nothing looks."""
    key = by_path(version)[name]
    row = data(version)["fields"].get(name, {})
    told = notes({"about": key.about, "default": key.default, "deprecated": row.get("deprecated")})
    if key.plugin is not None:
        needs = f"Needs `{key.plugin}` under `plugins`."
        return {**told, "description": f"{told['description']} {needs}" if "description" in told else needs}
    return {**_shape(key, data(version)["shapes"].get(name), version), **told}


def _shape(key: Key, inner: Mapping[str, Any] | None, version: Version) -> Json:
    if key.path in _TRANSLATED or key.path in attention().legacy:
        return _examples(key)
    if key.path == "datasets":  # which model reads an entry depends on `rl`
        return either([{"type": "array", "items": {"type": "object"}, "minItems": 1}, *kind("null")])
    if key.path == "learning_rate":  # the schema takes text, and a validator makes a number of it
        return either(kind("number"))
    if key.path == "chat_template":
        return either([{"enum": list(key.values)}, _FALLBACK, *kind("null")])
    if key.path == _DEGREE and "context_parallel" in data(version)["shapes"]:
        return _ONE_OR_MORE
    return flat(key.types, key.values) if inner is None else lax(inner)


def _old_degree(version: Version) -> list[Json]:
    """The old name counts where the new one has no value (axolotl 0.21.0 `check_context_parallel_size`)."""
    if "context_parallel" not in data(version)["shapes"]:
        return []
    alone = {"properties": {_DEGREE: {"type": "null"}}}
    return [{"if": alone, "then": {"properties": {_OLD_DEGREE: _ONE_OR_MORE}}}]


def _examples(key: Key) -> Json:
    return {"examples": list(key.values)} if key.values else {}


def _own(plugin: str, version: Version) -> bool:
    made = data(version)
    return plugin not in made["builtin"] and bool(made["plugins"][plugin])


def _of_plugin(plugin: str, version: Version) -> Json:
    """What holds of the keys of a plugin where it is listed."""
    made = data(version)
    shapes = made["plugin_shapes"].get(plugin, {})
    then = {
        name: {**(lax(shapes[name]) if name in shapes else flat(row["types"], row.get("values", ()))), **notes(row)}
        for name, row in made["plugins"][plugin].items()
    }
    needed = {"required": [name for name in _NEEDED if name in then]} if any(name in then for name in _NEEDED) else {}
    listed = {"type": "array", "contains": {"enum": _spelled(plugin, version)}}
    return {"if": {"properties": {"plugins": listed}, "required": ["plugins"]}, "then": {"properties": then, **needed}}


def _spelled(plugin: str, version: Version) -> list[str]:
    return sorted(start + path for path in paths(plugin, version) for start in (INTEGRATIONS, ""))


def _entries(version: Version) -> Json:
    """Which model reads the entries of `datasets`: the kind of training says it."""
    kinds: dict[str, list[str]] = {}
    for method, model in BY_METHOD.items():
        kinds.setdefault(model, []).append(method)
    made: Json = _read_as(SUPERVISED)
    if SYNTHETIC in data(version)["defs"]:
        named = {"properties": {"type": {"const": "_synthetic"}}, "required": ["type"]}
        one = {"if": named, "then": _model(SYNTHETIC), "else": _model(SUPERVISED)}
        made = {"properties": {"datasets": {"items": one}}}
    for model, methods in kinds.items():
        asked = {"properties": {"rl": {"enum": methods}}, "required": ["rl"]}
        made = {"if": asked, "then": _read_as(model), "else": made}
    return made


def _model(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


def _read_as(model: str) -> Json:
    return {"properties": {"datasets": {"items": _model(model)}}}


def _definition(name: str, version: Version, *, closed: bool) -> Json:
    made = data(version)
    found = lax(made["defs"][name], made["inner"].get(name))
    inside = found.get("properties", {})
    for (model, key), more in _INNER.items():
        if model == name and key in inside:
            told = {name: inside[key].pop(name) for name in ("description", "default") if name in inside[key]}
            inside[key] = {**either([inside[key], more]), **told}
    if name == _FSDP:
        inside |= {f"fsdp_{bare}": one for bare, one in inside.items() if not bare.startswith("fsdp_")}
        inside["version"] = inside["fsdp_version"]  # a validator takes the prefix off, and puts it there
    if name in _LOADERS and "type" in inside:
        inside["type"]["examples"] = sorted(dataset_types(version).names(_LOADERS[name]))
    if closed and name in MODELS:  # what another kind of training reads is no typing error
        for other in (one for one in MODELS if one in made["defs"]):
            inside |= {key: {} for key in made["defs"][other]["properties"] if key not in inside}
    if closed and inside:
        found.setdefault("additionalProperties", False)
    return found


def _gone(means: str, to: str, drop: str) -> str:
    """What is told of a key that Axolotl has no more."""
    end = f"it is `{to}` now" if to else drop or "it has no one heir"
    return f"Axolotl has it no more ({means}): {end}."
