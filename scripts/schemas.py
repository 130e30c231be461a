"""Writes docs/schema/*.json: the JSON that memwizard prints, as JSON Schema, from the shapes in wizard/output/json.

python -m scripts.schemas
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import wizard.output.json
from wizard.output.json.shape import LineShape

FOLDER = Path(__file__).parents[1] / "docs" / "schema"
_FILES = sorted({path.stem for path in Path(wizard.output.json.__file__).parent.glob("*.py")} - {"__init__", "shape"})


def _line(file: str) -> type[LineShape] | None:
    """The shape of a line that a file of wizard/output/json defines, None where there is none."""
    defined = vars(importlib.import_module(f"wizard.output.json.{file}")).values()
    shapes = [one for one in defined if isinstance(one, type) and issubclass(one, LineShape)]
    found = [one for one in shapes if one.__module__ == f"wizard.output.json.{file}"]
    if len(found) > 1:
        raise ValueError(f"wizard/output/json/{file}.py has {len(found)} shapes of a line: give each its own file")
    return found[0] if found else None


SHAPES: dict[str, type[LineShape]] = {file: found for file in _FILES if (found := _line(file)) is not None}
"""The shape of each line that is printed, by its file's name, which is also its schema's."""


def schema(name: str) -> str:
    """The schema of one command's line, as text."""
    made = SHAPES[name].model_json_schema()
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **made}, indent=2) + "\n"


def main() -> None:
    """Write all of them, and take away those that are of no shape any more."""
    for path in FOLDER.glob("*.json"):
        path.unlink()
    for name in SHAPES:
        (FOLDER / f"{name}.json").write_text(schema(name), encoding="utf-8")


if __name__ == "__main__":
    main()
