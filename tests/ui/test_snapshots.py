"""Each step in each size and look, held as pictures; and what comes over it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.ui.apps import wizard
from wizard.cli.outside import RealOutside
from wizard.questions.steps import STEPS
from wizard.session.opening import Opening
from wizard.ui.app import MemwizardApp
from wizard.ui.look import Look
from wizard.world.presets import preset
from wizard.world.recorded import recorded

Compare = Callable[..., bool]
SIZES = [(60, 20), (80, 24), (120, 40), (200, 60)]
LOOKS = {
    "dark": Look("dark"),
    "light": Look("light"),
    "ansi": Look("ansi-dark"),
    "ascii": Look("dark", ascii=True),
}


def looking(look: Look, step: int) -> MemwizardApp:
    """The wizard on a recorded machine, in this look."""
    opening = Opening(preset("qlora-24gb").plan, recorded("rtx-4090"), "qlora-24gb", "axolotl.yml", step)
    return MemwizardApp(opening, RealOutside(), look)


@pytest.mark.parametrize("look", LOOKS.values(), ids=list(LOOKS))
@pytest.mark.parametrize("size", SIZES, ids=[f"{width}x{height}" for width, height in SIZES])
@pytest.mark.parametrize("step", range(len(STEPS)), ids=[step.id for step in STEPS])
def test_step(snap_compare: Compare, step: int, size: tuple[int, int], look: Look) -> None:
    assert snap_compare(looking(look, step), terminal_size=size)


@pytest.mark.parametrize("size", SIZES, ids=[f"{width}x{height}" for width, height in SIZES])
def test_over_with_findings(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(wizard(demo="rtx-3060-12gb", name="lora-80gb", start=3), terminal_size=size)


@pytest.mark.parametrize("keys", [["f1"], ["f2"], ["f3"], ["4", "0", "9", "6", "f4"], ["x"]], ids=lambda keys: keys[-1])
def test_over_the_wizard(snap_compare: Compare, keys: list[str]) -> None:
    assert snap_compare(wizard(start=3), terminal_size=(80, 24), press=keys)


def test_no_gpu(snap_compare: Compare) -> None:
    assert snap_compare(wizard(demo="no-gpu"), terminal_size=(80, 24))


@pytest.mark.parametrize("size", SIZES, ids=[f"{width}x{height}" for width, height in SIZES])
@pytest.mark.parametrize("step", range(len(STEPS)), ids=[step.id for step in STEPS])
async def test_ascii_is_ascii(step: int, size: tuple[int, int]) -> None:
    app = looking(Look("dark", ascii=True), step)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        lines = [segment.text for strip in app.screen._compositor.render_strips() for segment in strip]
        assert "".join(lines).isascii()
