"""Draws the pictures of the docs: the wizard on a recorded RTX 4090, each step of it in three sizes, themes, ASCII.

python -m scripts.screens
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from wizard.cli.outside import RealOutside
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.questions.question import Situation
from wizard.questions.steps import STEPS, position, shown
from wizard.session.opening import Opening
from wizard.ui.app import MemwizardApp
from wizard.ui.look import Look
from wizard.ui.themes import NAMES
from wizard.world.presets import preset
from wizard.world.recorded import recorded

DOCS = Path(__file__).parents[1] / "docs"
SIZES = ((80, 24), (120, 40), (160, 45))
Picture = tuple[str, tuple[int, int], str, Look, tuple[str, ...]]
"""File, size, step by its id, look, and keys pressed before it is taken."""


def pictures() -> Iterator[Picture]:
    """All of them."""
    yield "screen.svg", (120, 34), "batch", Look(), tuple("4096")
    one = Situation(Plan({}), None, Machine())
    for number, step in enumerate((STEPS[place] for place in shown(one)), 1):
        for columns, rows in SIZES:
            yield f"screens/{number}-{step.id}-{columns}x{rows}.svg", (columns, rows), step.id, Look(), ()
    yield "screens/help.svg", (100, 30), "batch", Look(), ("f1",)
    for theme in NAMES[1:]:
        yield f"screens/theme-{theme}.svg", (80, 24), "method", Look(theme), ()
    yield "screens/ascii.svg", (80, 24), "method", Look("ansi-dark", colourless=True, ascii=True), ()


async def draw(picture: Picture) -> None:
    """Open the wizard so, and keep the picture."""
    file, size, step, look, keys = picture
    opening = Opening(preset("qlora-24gb").plan, recorded("rtx-4090"), "qlora-24gb", "axolotl.yml", position(step))
    app = MemwizardApp(opening, RealOutside(), look)
    async with app.run_test(size=size) as pilot:
        while not app.whole:
            await pilot.pause(0.02)
        await pilot.press(*keys)
        await pilot.pause()
        path = DOCS / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(app.export_screenshot(title="memwizard"), encoding="utf-8")


def main() -> None:
    """Draw them all."""
    for picture in pictures():
        asyncio.run(draw(picture))


if __name__ == "__main__":
    main()
