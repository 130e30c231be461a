"""Writes docs/schema/*.json: the JSON that memwizard prints, as JSON Schema, from the shapes in wizard/output/json.

python scripts/schemas.py
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from wizard.output.json.data import DataOut
from wizard.output.json.fit import CellOut, FitOut
from wizard.output.json.shapes import CheckOut, EstimateOut, ProbeOut

FOLDER = Path(__file__).parents[1] / "docs" / "schema"
SHAPES: dict[str, type[BaseModel]] = {
    "estimate": EstimateOut,
    "check": CheckOut,
    "probe": ProbeOut,
    "fit": FitOut,
    "map": CellOut,
    "data": DataOut,
}


def schema(name: str) -> str:
    """The schema of one command's line, as text."""
    made = SHAPES[name].model_json_schema()
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **made}, indent=2) + "\n"


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in SHAPES:
        (FOLDER / f"{name}.json").write_text(schema(name), encoding="utf-8")


if __name__ == "__main__":
    main()
