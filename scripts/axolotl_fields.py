"""Writes wizard/knowledge/axolotl/fields.json: every field of an Axolotl config, from the real package.

    python scripts/axolotl_fields.py > wizard/knowledge/axolotl/fields.json

Run it with the Python of an environment that has axolotl and what tests/axolotl/requirements.txt names.
A new Axolotl release is this command and a reviewed difference.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "axolotl"))

PLUGINS = {
    "axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin": "cut_cross_entropy.args:CutCrossEntropyArgs",
    "axolotl.integrations.liger.LigerPlugin": "liger.args:LigerArgs",
    "axolotl.integrations.grokfast.GrokfastPlugin": "grokfast.args:GrokfastArgs",
    "axolotl.integrations.kd.KDPlugin": "kd.args:KDArgs",
    "axolotl.integrations.lm_eval.LMEvalPlugin": "lm_eval.args:LMEvalArgs",
    "axolotl.integrations.spectrum.SpectrumPlugin": "spectrum.args:SpectrumArgs",
    "axolotl.integrations.densemixer.DenseMixerPlugin": "densemixer.args:DenseMixerArgs",
    "axolotl.integrations.diffusion.DiffusionPlugin": "diffusion.args:DiffusionArgs",
    "axolotl.integrations.expert_parallel.ExpertParallelPlugin": "expert_parallel.args:ExpertParallelArgs",
    "axolotl.integrations.hatchery.HatcheryPlugin": "hatchery.args:HatcheryArgs",
    "axolotl.integrations.kernels.KernelsPlugin": "kernels.args:KernelsArgs",
    "axolotl.integrations.mora.MoraPlugin": "mora.args:MoraArgs",
    "axolotl.integrations.nemo_gym.NemoGymPlugin": "nemo_gym.args:NemoGymArgs",
    "axolotl.integrations.llm_compressor.LLMCompressorPlugin": "llm_compressor.args:CompressionArgs",
    "axolotl.integrations.swanlab.SwanLabPlugin": "swanlab.args:SwanLabConfig",
}


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


def aliases(model: Any) -> dict[str, list[str]]:
    """Other names a field answers to."""
    found = {}
    for name, field in model.model_fields.items():
        alias = field.validation_alias
        names = [str(choice) for choice in getattr(alias, "choices", [alias] if alias else [])]
        if set(names) - {name}:
            found[name] = sorted(set(names) - {name})
    return found


def load(where: str) -> Any:
    """A plugin's argument class from its file alone: the package beside it imports what is not here."""
    import axolotl

    file, _, name = where.partition(":")
    path = Path(next(iter(axolotl.__path__))) / "integrations" / f"{file.replace('.', '/')}.py"
    spec = importlib.util.spec_from_file_location(f"args_of_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return getattr(module, name)


def main() -> None:
    """Print the file."""
    import stubs

    stubs.install("2.13.0")
    from axolotl.utils.schemas.config import AxolotlInputConfig
    from axolotl.utils.schemas.enums import LEGACY_ATTN_FLAG_TO_IMPL

    fields = described(AxolotlInputConfig)
    for flag in LEGACY_ATTN_FLAG_TO_IMPL:
        fields.setdefault(flag, {"types": ["boolean", "null"], "deprecated": True})
    inner, defs = shapes(AxolotlInputConfig)
    plugins: dict[str, Any] = {}
    for path, where in PLUGINS.items():
        plugins[path] = described(load(where))
    json.dump(
        {
            "package": f"axolotl {version('axolotl')}",
            "fields": fields,
            "aliases": aliases(AxolotlInputConfig),
            "plugins": plugins,
            "shapes": inner,
            "defs": defs,
        },
        sys.stdout,
        indent=0,
        ensure_ascii=False,
        default=str,
    )
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
