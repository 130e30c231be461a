"""What the config of each architecture has in transformers: config_names.json, which scripts/config_names.py writes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path


@cache
def _names() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(Path(__file__).with_name("config_names.json").read_text(encoding="utf-8"))
    return found


def config_names(architecture: str) -> frozenset[str] | None:
    """The names by its model_type, its text model's among them; None for an architecture that is not known."""
    own = _names().get(architecture)
    return None if own is None else frozenset({*own, *_names()["any"]})
