"""Writes docs/schema/*.json: the JSON that memwizard prints, as JSON Schema, from the shapes in wizard/output/json.

python -m scripts.schemas
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from wizard.output.json.check import CheckOut
from wizard.output.json.config import SettingOut
from wizard.output.json.data import DataOut
from wizard.output.json.estimate import EstimateOut
from wizard.output.json.explain import ExplainOut
from wizard.output.json.fit import FitOut
from wizard.output.json.gpus import CatalogueGpuOut
from wizard.output.json.map import CellOut
from wizard.output.json.models import CatalogueModelOut
from wizard.output.json.presets import PresetOut
from wizard.output.json.probe import ProbeOut
from wizard.output.json.rules import RuleOut

FOLDER = Path(__file__).parents[1] / "docs" / "schema"
SHAPES: dict[str, type[BaseModel]] = {
    "estimate": EstimateOut,
    "check": CheckOut,
    "probe": ProbeOut,
    "fit": FitOut,
    "map": CellOut,
    "data": DataOut,
    "rules": RuleOut,
    "presets": PresetOut,
    "models": CatalogueModelOut,
    "gpus": CatalogueGpuOut,
    "config": SettingOut,
    "explain": ExplainOut,
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
