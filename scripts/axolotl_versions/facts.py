"""Prints the facts of one Axolotl as JSON: its fields, their shapes, its plugins, what it pins.

Run by `python -m scripts.axolotl_versions` with the Python of an environment that has this Axolotl, or the libraries of
one near it and this one's wheel, unzipped, in front of them. Without torch its stand-ins take its place.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "axolotl"))

INTEGRATIONS = "axolotl.integrations."
PINNED = ("torch", "transformers", "peft", "trl", "accelerate", "bitsandbytes", "liger-kernel", "torchao")
"""The libraries whose versions are kept."""


def forms(schema: dict[str, Any], defs: dict[str, Any]) -> tuple[set[str], list[Any]]:
    """The JSON types a field takes, and its allowed values where they are a fixed list."""
    if "$ref" in schema:
        schema = defs[schema["$ref"].rpartition("/")[2]]
    types: set[str] = set()
    values: list[Any] = []
    for branch in schema.get("anyOf", schema.get("oneOf", [])):
        more, allowed = forms(branch, defs)
        types |= more
        values += allowed
    if "const" in schema:
        return {"enum"}, [schema["const"]]
    if "enum" in schema:
        return {"enum"}, list(schema["enum"])
    if "type" in schema:
        types.add(schema["type"])
    return types or {"any"}, values


def schema_of(model: Any) -> dict[str, Any]:
    """The model's JSON schema; enumerations of stubbed torch values by their members' names."""
    from pydantic.json_schema import GenerateJsonSchema

    class Named(GenerateJsonSchema):
        def enum_schema(self, schema: Any) -> Any:
            values = [member.value for member in schema["members"]]
            plain = all(isinstance(value, (str, int)) for value in values)
            return {"enum": values if plain else [member.name for member in schema["members"]]}

    made: dict[str, Any] = model.model_json_schema(mode="validation", schema_generator=Named)
    return made


def described(model: Any) -> dict[str, dict[str, Any]]:
    """Each field of a pydantic model: types, values, default, description."""
    schema = schema_of(model)
    found = {}
    for name, field in schema["properties"].items():
        types, values = forms(field, schema.get("$defs", {}))
        row: dict[str, Any] = {"types": sorted(types)}
        if values:
            row["values"] = values
        if field.get("default") is not None:
            row["default"] = field["default"]
        if field.get("deprecated"):
            row["deprecated"] = True
        if field.get("description"):
            row["about"] = " ".join(field["description"].split())
        found[name] = row
    return found


KEPT = {"$ref", "type", "anyOf", "oneOf", "enum", "const", "items", "prefixItems", "properties", "required"}
KEPT |= {"additionalProperties", "minItems", "maxItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}


def bare(schema: Any, *, names: bool = False) -> Any:
    """A JSON schema with only what decides whether a value fits. `names`: the keys are those of properties."""
    if isinstance(schema, list):
        return [bare(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: bare(value, names=key == "properties" and not names)
        for key, value in schema.items()
        if names or key in KEPT
    }


def shapes(model: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The inner shape of each field that is a list or a block or has bounds, and the definitions they refer to."""
    schema = schema_of(model)
    defs = schema.get("$defs", {})
    found = {}
    for name, field in schema["properties"].items():
        shape = bare(field)
        if forms(field, defs)[0] & {"array", "object"} or "imum" in json.dumps(shape):
            found[name] = shape
    return found, {name: bare(one) for name, one in defs.items()}


def inner(model: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """What is told of the keys of each inner model: default and description, where there is one."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for name, definition in schema_of(model).get("$defs", {}).items():
        for key, field in definition.get("properties", {}).items():
            row: dict[str, Any] = {} if field.get("default") is None else {"default": field["default"]}
            if field.get("description"):
                row["about"] = " ".join(field["description"].split())
            if row:
                found.setdefault(name, {})[key] = row
    return found


def joined(defs: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Both; raises ValueError where one name is of two models."""
    twice = sorted(name for name in defs.keys() & more.keys() if defs[name] != more[name])
    if twice:
        raise ValueError(f"more than one model is called {', '.join(twice)}")
    return defs | more


def aliases(model: Any) -> dict[str, list[str]]:
    """Other names a field answers to."""
    found = {}
    for name, field in model.model_fields.items():
        alias = field.validation_alias
        names = [str(choice) for choice in getattr(alias, "choices", [alias] if alias else [])]
        if set(names) - {name}:
            found[name] = sorted(set(names) - {name})
    return found


def load(folder: Path, name: str) -> Any:
    """A plugin's argument class from its file alone: the package around it imports what is not here."""
    return getattr(importlib.import_module(f"{INTEGRATIONS}{folder.name}.args"), name)


def attention() -> dict[str, Any]:
    """What the names of attention implementations mean."""
    from axolotl.utils.schemas import enums

    return {
        "names": sorted(enums.CANONICAL_ATTN_IMPLS),
        "legacy": enums.LEGACY_ATTN_FLAG_TO_IMPL,
        "packs": sorted(enums.ATTN_IMPLS_SUPPORTING_PACKING),
        "flash_library": sorted(enums.ATTN_IMPLS_USING_FLASH_LIB),
        "keeps_fp32_embeddings": sorted(enums.ATTN_IMPLS_WITHOUT_DTYPE_CAST),
    }


def pinned() -> dict[str, str]:
    """The versions of its libraries that it takes, as its package says: the first statement of each."""
    found: dict[str, str] = {}
    for text in requires("axolotl") or ():
        match = re.match(r"([A-Za-z0-9_.-]+)(?:\[[^]]*\])?\s*([^;]*)", text)
        if match and match[1] in PINNED and match[2] and "extra ==" not in text:
            found.setdefault(match[1], match[2].strip())
    return found


def facts() -> dict[str, Any]:
    """All of them."""
    import stubs
    from axolotl.utils.schemas.config import AxolotlInputConfig
    from axolotl.utils.schemas.enums import LEGACY_ATTN_FLAG_TO_IMPL

    fields = described(AxolotlInputConfig)
    for flag in LEGACY_ATTN_FLAG_TO_IMPL:
        fields.setdefault(flag, {"types": ["boolean", "null"], "deprecated": True})
    shaped, defs = shapes(AxolotlInputConfig)
    told = inner(AxolotlInputConfig)
    plugins: dict[str, Any] = {}
    within: dict[str, Any] = {}
    modules: dict[str, str] = {}
    builtin = list(stubs.builtin_plugins())
    for folder in sorted(path for path in stubs.integrations().iterdir() if (path / "__init__.py").is_file()):
        names = stubs.exported(folder)
        for name, (module, arguments) in stubs.plugin_classes(folder).items():
            place = folder.name if name in names or not module else f"{folder.name}.{module}"
            path = f"{INTEGRATIONS}{place}.{name}"
            modules[folder.name] = module
            plugins[path] = described(load(folder, arguments)) if arguments else {}
            more, its = shapes(load(folder, arguments)) if arguments else ({}, {})
            defs = joined(defs, its)
            told |= inner(load(folder, arguments)) if arguments else {}
            if path in builtin:
                fields |= plugins[path]
                shaped |= more
            elif more:
                within[path] = more
    return {
        "package": f"axolotl {version('axolotl')}",
        "requires": pinned(),
        "fields": fields,
        "aliases": aliases(AxolotlInputConfig),
        "plugins": plugins,
        "builtin": builtin,
        "modules": modules,
        "attention": attention(),
        "shapes": shaped,
        "plugin_shapes": within,
        "defs": defs,
        "inner": told,
    }


def main() -> None:
    """Print them."""
    import stubs

    stubs.install("2.13.0")
    stubs.install_plugin_manager()
    json.dump(facts(), sys.stdout, indent=0, ensure_ascii=False, default=str)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
