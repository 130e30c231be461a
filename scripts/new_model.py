"""Puts a model into the catalogue: of its config.json what shapes are read from, beside the count that was published.

python -m scripts.new_model CONFIG_JSON OWNER/NAME PARAMETERS "where both are from" [OTHER/ID ...]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import wizard.knowledge.models
from wizard.domain.errors import InputError
from wizard.knowledge.models.architecture import build
from wizard.knowledge.models.catalogue import CatalogueModel, catalogue, find

CATALOGUE = Path(wizard.knowledge.models.__file__).parent / "catalogue.toml"
_HEAD = "\n[[model]]\n"
_NEXT = """{id} is in wizard/knowledge/models/catalogue.toml, with the family {family}: change that where it is another,
and add `gated = true` where the hub asks for consent. Then:
  python -m pytest tests/knowledge tests/memory/test_catalogue.py tests/cli/test_catalogues.py
"""


class _Heard(dict[str, Any]):
    """A block of a config that remembers which of its keys were read."""

    def __init__(self, block: Mapping[str, Any]) -> None:
        super().__init__({key: _Heard(value) if isinstance(value, dict) else value for key, value in block.items()})
        self.read: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        """The value, as of any dict."""
        self.read.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return super().__getitem__(key)

    def kept(self) -> dict[str, Any]:
        """The keys that were read and have a value."""
        found = {key: value for key, value in self.items() if key in self.read and value is not None}
        return {key: value.kept() if isinstance(value, _Heard) else value for key, value in found.items()}


def shaping(config: Mapping[str, Any], model_id: str) -> dict[str, Any]:
    """What of a config.json bears on shapes, dtype or memory, with `layer_types` as a short text. Raises InputError."""
    heard = _Heard(config)
    build(heard, model_id)
    kept = heard.kept()
    for block in (kept, kept.get("text_config", {})):
        if isinstance(block.get("layer_types"), list):
            block["layer_types"] = _short(block["layer_types"])
        if "torch_dtype" in block:
            block.setdefault("dtype", block.pop("torch_dtype"))
    return kept


def _short(kinds: list[str]) -> str:
    """`linear*3 full` for a list that repeats these four until its end."""
    many = len(kinds)
    pattern = next(kinds[:size] for size in range(1, many + 1) if kinds == (kinds[:size] * many)[:many])
    words: list[tuple[str, int]] = []
    for kind in pattern:
        before = words.pop()[1] if words and words[-1][0] == kind else 0
        words.append((kind, before + 1))
    return " ".join(kind if times == 1 else f"{kind}*{times}" for kind, times in words)


def family_of(config: Mapping[str, Any], model_id: str) -> str:
    """That of the row with the same architecture whose id is most like this one; else the architecture's name."""
    alike = [row for row in catalogue().values() if row.config["model_type"] == config["model_type"]]
    nearest = max(alike, key=lambda row: SequenceMatcher(None, row.id, model_id).ratio(), default=None)
    return nearest.family if nearest else str(config["model_type"])


def row_text(row: CatalogueModel) -> str:
    """A row as the catalogue writes it."""
    facts = {name: getattr(row, name) for name in ("id", "also", "family", "parameters", "source", "date")}
    lines = [_HEAD.strip(), *(f"{key} = {_value(value)}" for key, value in facts.items() if value), ""]
    return "\n".join([*lines, *_block("model.config", row.config)]).rstrip() + "\n"


def _block(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    yield f"[{name}]"
    yield from (f"{key} = {_value(value)}" for key, value in values.items() if not isinstance(value, dict))
    yield ""
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _block(f"{name}.{key}", value)


def _value(value: object) -> str:
    """A TOML value; texts in single quotes, which load faster."""
    if isinstance(value, str) and value.isprintable() and "'" not in value:
        return f"'{value}'"
    return f"[{', '.join(map(_value, value))}]" if isinstance(value, list | tuple) else json.dumps(value)


def placed(text: str, row: CatalogueModel) -> str:
    """The catalogue with this row behind the last of its family."""
    parts = text.split(_HEAD)
    mine = [place for place, part in enumerate(parts) if f"\nfamily = '{row.family}'\n" in part]
    parts.insert(mine[-1] + 1 if mine else len(parts), row_text(row).partition("\n")[2])
    return _HEAD.join(part.rstrip("\n") + "\n" for part in parts)


def new_model(
    config: Mapping[str, Any], model_id: str, parameters: int, source: str, also: Sequence[str] = ()
) -> CatalogueModel:
    """The row of a model, checked. Raises InputError, with what to do, for what can't be one."""
    taken = next((row for name in (model_id, *also) if (row := find(name)) and name.lower() in _ids(row)), None)
    if taken is not None:
        raise InputError(f"the row of {taken.id} has this id already")
    model = build(config, model_id)
    if not model.exact:
        raise InputError(
            f"the form of '{model.model_type}' is not known for this config: wizard/knowledge/models/families.toml"
            " says at its head what a form is; give it one first"
        )
    if model.parameters != parameters:
        raise InputError(
            f"the shapes give {model.parameters} parameters, not {parameters}. A hub's total may count what"
            " transformers does not build (MTP layers, a tied lm_head): give the count without it, and say so in the"
            " source."
            " Else the architecture's form in wizard/knowledge/models/families.toml is wrong for it"
        )
    kept = shaping(config, model_id)
    return CatalogueModel(
        model_id, family_of(kept, model_id), parameters, source, time.strftime("%Y-%m"), False, tuple(also), kept
    )


def _ids(row: CatalogueModel) -> set[str]:
    return {name.lower() for name in (row.id, *row.also)}


def main(arguments: list[str]) -> int:
    """Put the model that the command line names into the catalogue, and say what to type next."""
    if len(arguments) < 4 or not arguments[2].isdecimal():
        sys.stderr.write(f"{__doc__}")
        return 2
    file, model_id, parameters, source, *also = arguments
    try:
        row = new_model(json.loads(Path(file).read_text(encoding="utf-8")), model_id, int(parameters), source, also)
    except (InputError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    CATALOGUE.write_text(placed(CATALOGUE.read_text(encoding="utf-8"), row), encoding="utf-8")
    sys.stdout.write(_NEXT.format(id=row.id, family=row.family))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
