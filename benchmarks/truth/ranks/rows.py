"""Rows of the grid: what one process held at its worst while it loaded, and while it trained."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.truth.config import from_axolotl
from benchmarks.truth.folder import write_folder
from wizard.knowledge.models.catalogue import catalogue

from .simulate import division, simulate

PHASES = {"fwd": "forward", "bwd": "backward", "opt": "optimizer"}
CARD = "xa100-80gb"


def simulate_ranks(
    identity: str, ranks: int, steps: int, config: Mapping[str, Any], layers: int | None = None
) -> list[dict[str, Any]]:
    """One row of the loading, and one of the training if there are steps; bytes. A run that fails says why instead."""
    known = {"config": dict(config), "gpus": f"{ranks}{CARD}"} | ({"layers": layers} if layers else {})
    with tempfile.TemporaryDirectory() as folder:
        try:
            where = write_folder(catalogue()[config["base_model"]], Path(folder) / "model", layers)
            tracker = simulate(from_axolotl(config), where, division(config, ranks), steps)
        except Exception as error:
            return [{"id": identity, **known, "failed": f"{type(error).__name__}: {error}"[:300]}]
    peaks = {name: peak.bytes for name, peak in tracker.phase_peaks.items() if name in ("load", *PHASES)}
    known |= {"axolotl": version("axolotl"), "metric": "allocated", "phase_peaks": peaks}
    rows = [{"id": f"{identity}/load", **known, "bytes": peaks["load"], "phase": "load"}]
    if steps:
        worst = max(PHASES, key=lambda name: peaks[name])
        rows.append({"id": identity, **known, "bytes": peaks[worst], "phase": PHASES[worst]})
    return rows
