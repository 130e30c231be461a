"""Wizards for tests: the real screen on a recorded machine."""

from __future__ import annotations

from pathlib import Path

from wizard.cli.outside import RealOutside
from wizard.steps.opening import Opening
from wizard.ui.app import MemwizardApp
from wizard.world.presets import preset
from wizard.world.recorded import recorded


def wizard(
    *, demo: str = "rtx-4090", name: str = "qlora-24gb", target: Path | str = "axolotl.yml", start: int = 0
) -> MemwizardApp:
    """A wizard that has not started."""
    opening = Opening(preset(name).plan, recorded(demo), name, str(target), start)
    return MemwizardApp(opening, RealOutside())
