"""Wizards for tests: the real screen on a recorded machine."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from tests.ui.pty_terminal import PATIENCE
from wizard.cli.outside import RealOutside
from wizard.domain.finding import Finding
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.questions.question import Situation
from wizard.questions.steps import MACHINE, STEPS, position, shown
from wizard.session.opening import Opening
from wizard.session.ports import Outside
from wizard.session.state import State
from wizard.ui.app import MemwizardApp
from wizard.ui.look import Look
from wizard.ui.screens.unsafe import UnsafeFixScreen
from wizard.world.configs import plan_of
from wizard.world.presets import preset
from wizard.world.recorded import recorded


class Whole(MemwizardApp):
    """A wizard whose tests begin once every page is there, some moments after its first frame.

    What it would do ahead of a step is left until the step is seen: the same, and most tests see few.
    """

    @asynccontextmanager
    async def run_test(self, **given: Any) -> AsyncIterator[Pilot[None]]:
        async with super().run_test(**given) as pilot:
            await until(pilot, lambda: self.whole)
            yield pilot

    def screen_is_whole(self) -> None:
        """Every page is there."""
        super().screen_is_whole()
        self.wizard.beginning.preparing.stop()


def wizard(
    *,
    demo: str = "rtx-4090",
    name: str = "qlora-24gb",
    target: Path | str = "axolotl.yml",
    start: str = MACHINE.id,
    outside: Outside | None = None,
    look: Look | None = None,
    **more: Any,
) -> MemwizardApp:
    """A wizard that has not started. `start`: the id of a step. `more`: anything else of its opening."""
    opening = Opening(preset(name).plan, recorded(demo), name, str(target), position(start))
    return Whole(replace(opening, **more), outside or RealOutside(), look)


def own_wizard(
    path: Path, text: str, *, outside: Outside | None = None, start: str = MACHINE.id, **more: Any
) -> MemwizardApp:
    """A wizard that has opened a person's own file, which is written first."""
    path.write_bytes(text.encode())
    file = str(path)
    opening = Opening(plan_of(text, file), recorded("rtx-4090"), None, file, position(start), file=file, text=text)
    return Whole(replace(opening, **more), outside or RealOutside())


ONE_GPU = tuple(STEPS[place] for place in shown(Situation(Plan({}), None, Machine())))
"""The steps that arise with one GPU."""


def digit(step: str) -> str:
    """The key that leads to a step, with one GPU."""
    return str([one.id for one in ONE_GPU].index(step) + 1)


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


def change(app: MemwizardApp, state: State, says: str) -> None:
    """Another state, as if an answer had made it."""
    app.wizard.took(app.wizard.session.change(state, says))


def focused_finding(app: MemwizardApp) -> Finding | None:
    """The finding beside the question with the focus."""
    return app.wizard.field.finding if app.wizard.field is not None else None


async def take_fix(app: MemwizardApp, pilot: Pilot[None]) -> None:
    """Take the fix that the key would take, and agree to it where it is an unsafe one."""
    await pilot.press("ctrl+f")
    await pilot.pause()
    if isinstance(app.screen, UnsafeFixScreen):
        await pilot.press("enter")
        await pilot.pause()


def hint(app: MemwizardApp) -> str:
    """The help line."""
    return app.wizard.hint.content


def on_screen(app: MemwizardApp) -> list[str]:
    """The lines that the screen shows now, as a terminal has them."""
    return ["".join(part.text for part in strip) for strip in app.screen._compositor.render_strips()]
