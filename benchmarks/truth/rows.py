"""Rows to come and rows that are known."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from wizard.knowledge.models.catalogue import built, catalogue

from .assumptions import Assumptions
from .config import Settings, from_axolotl
from .few import FEW
from .folder import write_folder
from .grid import FP32_EXPERTS, NO_MAMBA
from .report import row
from .simulate import simulate


def simulate_row(known: Mapping[str, Any], root: Path, options: Mapping[str, Any]) -> dict[str, Any]:
    """A row found anew for a known row's config; its ``base_model`` is a folder under ``root``."""
    settings = from_axolotl(known["config"])
    return row(simulate(settings, root / settings.base_model, **options), known["id"], known["config"])


def simulate_planned(
    identity: str, config: Mapping[str, Any], options: Mapping[str, Any], layers: int | None = None
) -> dict[str, Any]:
    """A row for a config whose ``base_model`` is a catalogue id; where the run fails, the row says why instead.

    It names the Axolotl that is installed, whose libraries it ran with.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            where = write_folder(catalogue()[config["base_model"]], Path(folder) / "model", layers)
            known = Assumptions(
                bf16_leftovers=built(config["base_model"]).moe and not identity.endswith(FP32_EXPERTS),
                no_mamba=identity.endswith(NO_MAMBA),
                no_autocast_seen=FEW in identity,
            )
            settings = from_axolotl(config)
            steps = max(options["steps"], second_round(settings))
            found = row(
                simulate(settings, where, **{**options, "assumptions": known, "steps": steps}), identity, config
            )
            return found | ({"layers": layers} if layers else {}) | _version()
        except Exception as error:
            return {"id": identity, "config": dict(config), "failed": f"{type(error).__name__}: {error}"[:300]}


def second_round(settings: Settings) -> int:
    """Steps until answers are made once more, when the optimizer's states are there; 0 where none are."""
    every = (settings.trl or {}).get("steps_per_generation")
    return 1 + -(-int(every) // settings.gradient_accumulation_steps) if every else 0


def _version() -> dict[str, str]:
    try:
        return {"axolotl": version("axolotl")}
    except PackageNotFoundError:
        return {}
