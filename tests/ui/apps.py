"""Wizards for tests: the real screen on a recorded machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from tests.ui.pty_terminal import PATIENCE
from wizard.cli.outside import RealOutside
from wizard.steps.opening import Opening
from wizard.steps.ports import Outside
from wizard.ui.app import MemwizardApp
from wizard.ui.look import Look
from wizard.world.configs import plan_of
from wizard.world.presets import preset
from wizard.world.recorded import recorded


def wizard(
    *,
    demo: str = "rtx-4090",
    name: str = "qlora-24gb",
    target: Path | str = "axolotl.yml",
    start: int = 0,
    outside: Outside | None = None,
    look: Look | None = None,
    **more: Any,
) -> MemwizardApp:
    """A wizard that has not started. `more`: anything else of its opening."""
    opening = Opening(preset(name).plan, recorded(demo), name, str(target), start)
    return MemwizardApp(replace(opening, **more), outside or RealOutside(), look)


def own_wizard(path: Path, text: str, *, outside: Outside | None = None, start: int = 0, **more: Any) -> MemwizardApp:
    """A wizard that has opened a person's own file, which is written first."""
    path.write_bytes(text.encode())
    file = str(path)
    opening = Opening(plan_of(text, file), recorded("rtx-4090"), None, file, start, file=file, text=text)
    return MemwizardApp(replace(opening, **more), outside or RealOutside())


async def until(pilot: Pilot[None], true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for what happens beside the screen."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        await pilot.pause(0.02)
    await pilot.pause()


def values(app: MemwizardApp) -> dict[str, object]:
    """The plan now."""
    return dict(app.wizard.session.state.plan.values)


def hint(app: MemwizardApp) -> str:
    """The help line."""
    return app.wizard.hint.content
