"""Each step in each size and look, held as pictures; and what comes over it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.ui.apps import ONE_GPU, Whole, wizard
from wizard.cli.outside import RealOutside
from wizard.knowledge.gpus import named_machine
from wizard.questions.steps import position
from wizard.session.opening import Opening
from wizard.ui.app import MemwizardApp
from wizard.ui.look import Look
from wizard.world.presets import preset
from wizard.world.recorded import recorded

Compare = Callable[..., bool]
SIZES = [(60, 20), (80, 24), (120, 40), (200, 60)]
LOOKS = {
    "light": Look("light"),
    "ansi": Look("ansi-dark"),
    "ascii": Look("dark", ascii=True),
}
pytestmark = pytest.mark.usefixtures("small_catalogue")
IDS = [step.id for step in ONE_GPU]


def looking(step: str, look: Look | None = None) -> MemwizardApp:
    """The wizard on a recorded machine, in this look."""
    opening = Opening(preset("qlora-24gb").plan, recorded("rtx-4090"), "qlora-24gb", "axolotl.yml", position(step))
    return Whole(opening, RealOutside(), look or Look("dark"))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize("step", IDS)
def test_step(snap_compare: Compare, step: str, size: tuple[int, int]) -> None:
    assert snap_compare(looking(step), terminal_size=size)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_several_gpus(snap_compare: Compare, size: tuple[int, int]) -> None:
    app = wizard(start="division", machine=named_machine("8xh100-80gb"))
    assert snap_compare(app, terminal_size=size)


@pytest.mark.parametrize("size", [(60, 20), (200, 60)], ids=["60x20", "200x60"])
def test_narrow_and_wide(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(looking("batch"), terminal_size=size)


@pytest.mark.parametrize("look", LOOKS.values(), ids=list(LOOKS))
def test_look(snap_compare: Compare, look: Look) -> None:
    assert snap_compare(looking("method", look), terminal_size=(120, 40))


def test_over_with_findings(snap_compare: Compare) -> None:
    app = wizard(demo="rtx-3060-12gb", name="lora-80gb", start="batch")
    assert snap_compare(app, terminal_size=(120, 40))


@pytest.mark.parametrize("keys", [["f1"], ["f2"], ["f3"], ["4", "0", "9", "6", "f4"], ["x"]], ids=lambda keys: keys[-1])
def test_over_the_wizard(snap_compare: Compare, keys: list[str]) -> None:
    assert snap_compare(wizard(start="batch"), terminal_size=(80, 24), press=keys)


def test_no_gpu(snap_compare: Compare) -> None:
    assert snap_compare(wizard(demo="no-gpu"), terminal_size=(80, 24))


@pytest.mark.parametrize("size", SIZES, ids=[f"{width}x{height}" for width, height in SIZES])
@pytest.mark.parametrize("step", IDS)
async def test_ascii_is_ascii(step: str, size: tuple[int, int]) -> None:
    app = looking(step, Look("dark", ascii=True))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        lines = [segment.text for strip in app.screen._compositor.render_strips() for segment in strip]
        assert "".join(lines).isascii()
