"""A catalogue model's config.json, as transformers reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from wizard.knowledge.models.catalogue import CatalogueModel

from .few import cut


def write_folder(row: CatalogueModel, folder: Path, layers: int | None = None) -> Path:
    """Write `config.json`, of so many `layers` if asked for; the catalogue's short form of `layer_types` is written
    out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = cut(row.config, layers) if layers else row.config
    (folder / "config.json").write_text(json.dumps(_spelled_out(config)))
    return folder


def _spelled_out(config: dict[str, Any]) -> dict[str, Any]:
    found = {name: _spelled_out(value) if isinstance(value, dict) else value for name, value in config.items()}
    if "hidden_size" in found:
        for name in ("sliding_window", "q_lora_rank"):  # null when published; transformers would fill them in
            found.setdefault(name, None)
    for name in ("layer_types", "mlp_layer_types"):
        if isinstance(found.get(name), str):
            found[name] = _layers(found[name], found["num_hidden_layers"])
    return found


def _layers(text: str, layers: int) -> list[str]:
    """ "linear_attention*3 full_attention", again and again until every layer has its kind."""
    pattern: list[str] = []
    for part in text.split():
        kind, _, times = part.partition("*")
        pattern += [kind] * int(times or 1)
    return [pattern[number % len(pattern)] for number in range(layers)]
