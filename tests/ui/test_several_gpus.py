"""Several GPUs, by keys alone: what is too large is divided, and fits."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from textual.pilot import Pilot

from tests.ui.apps import hint, own_wizard, until, wizard
from wizard.domain.machine import Machine
from wizard.fit.division import division_of
from wizard.knowledge.gpus import named_machine
from wizard.ui.app import MemwizardApp
from wizard.ui.screens.confirm import ConfirmScreen
from wizard.ui.screens.fit import FitScreen
from wizard.ui.screens.written import WrittenScreen
from wizard.ui.widgets.step_bar import StepBar
from wizard.world.presets import preset


class Keys:
    """Presses keys, and counts them."""

    def __init__(self, app: MemwizardApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot
        self.count = 0

    async def press(self, *keys: str) -> None:
        self.count += len(keys)
        await self.pilot.press(*keys)

    async def take_the_best(self) -> None:
        await self.press("f5")
        await until(self.pilot, lambda: isinstance(self.app.screen, FitScreen) and bool(self.app.screen.proposals))
        await self.press("enter")
        await until(self.pilot, lambda: self.app.screen is self.app.wizard)


@pytest.mark.parametrize(
    ("asked", "adapter"), [((), "lora"), (("tab", *["down"] * 3, "enter"), None), (("tab", "down", "enter"), "lora")],
    ids=["no method", "full", "lora"],
)  # fmt: skip
async def test_a_70b_model_at_32k_on_eight_cards_fits_in_under_40_keys(
    asked: tuple[str, ...], adapter: str | None, tmp_path: Path
) -> None:
    """`asked`: the keys of a person who wants that method, which stays then."""
    app = wizard(target=tmp_path / "a.yml", machine=named_machine("8xh100-80gb"))
    async with app.run_test(size=(120, 40)) as pilot:
        keys = Keys(app, pilot)
        await keys.press("2", *"llama-3.1-70b", "enter")
        assert app.wizard.session.state.plan.get("base_model") == "meta-llama/Llama-3.1-70B"
        await keys.press("pagedown", *asked)
        if asked:
            await until(pilot, lambda: app.wizard.session.state.plan.get("adapter") == adapter)
        await keys.press("pagedown", "pagedown", "ctrl+u", *"32768")
        await keys.take_the_best()
        await keys.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, WrittenScreen))
        assert keys.count < 40
        found = app.wizard.session.review
    assert found.fit == "fits"
    assert found.plan.get("adapter") == adapter
    assert found.plan.get("sequence_len") == 32768
    assert division_of(found.plan) not in (None, "ddp")
    assert yaml.safe_load((tmp_path / "a.yml").read_text()) == dict(found.plan.values)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
async def test_a_model_that_does_not_fit_as_it_is_says_what_to_press_and_that_does_it(size: tuple[int, int]) -> None:
    app = wizard(name="zero3-full-8x80gb", machine=named_machine("8xh100-80gb"))
    async with app.run_test(size=size) as pilot:
        keys = Keys(app, pilot)
        await keys.press("2", *"llama-3.1-70b", "enter")
        before = app.wizard.session.review
        assert before.fit == "over"
        assert "It is over as it is: F5 tells what fits, Enter there takes it." in hint(app)
        await keys.take_the_best()
        after = app.wizard.session.review
        assert after.fit == "fits"
        await keys.press("2", *"qwen3-0.6b", "enter")
        assert "over" not in hint(app)


async def test_a_fix_after_which_it_is_still_over_says_so(tmp_path: Path) -> None:
    plan = preset("full-80gb").plan.changed({"base_model": "meta-llama/Llama-3.1-70B"})
    text, machine = yaml.safe_dump(dict(plan.values), sort_keys=False), named_machine("rtx-4090")
    app = own_wizard(tmp_path / "mine.yml", text, machine=machine)
    async with app.run_test(size=(80, 24)) as pilot:
        app.wizard.taking.fix(None)
        await pilot.pause()
        assert app.wizard.session.past
        assert app.wizard.session.review.fit == "over"
        assert "Still over: F5 tells what fits" in hint(app)


async def test_an_own_file_that_is_over_fits_after_four_keys(tmp_path: Path) -> None:
    plan = preset("full-80gb").plan.changed({"base_model": "meta-llama/Llama-3.1-70B"})
    text, machine = yaml.safe_dump(dict(plan.values), sort_keys=False), named_machine("8xh200-141gb")
    app = own_wizard(tmp_path / "mine.yml", text, machine=machine)
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.wizard.session.review.fit == "over"
        keys = Keys(app, pilot)
        await keys.take_the_best()
        await keys.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await keys.press("y")
        await until(pilot, lambda: isinstance(app.screen, WrittenScreen))
        assert keys.count == 4
        found = app.wizard.session.review
    assert found.fit == "fits"
    assert found.plan.get("adapter") is None


async def test_seven_steps_fill_80_columns_to_the_last() -> None:
    app = wizard(machine=named_machine("2xa100-80gb"))
    async with app.run_test(size=(80, 24)):
        bar = app.wizard.query_one(StepBar)
        assert all(bar.lay_out(width)[0].cell_len <= width for width in range(60, 90))
        assert bar.lay_out(bar.content_size.width)[0].plain.rstrip().endswith("7 Review")


async def test_the_step_goes_with_the_gpus() -> None:
    app = wizard(machine=named_machine("2xa100-80gb"))
    async with app.run_test(size=(120, 40)) as pilot:
        bar = app.wizard.query_one(StepBar)
        assert "4 GPUs" in bar.lay_out(120)[0].plain
        await pilot.press("4")
        assert app.wizard.page.id == "page-division"
        one: Machine = named_machine("a100-80gb")
        app.wizard.session.change(app.wizard.session.state.with_machine(one), "another machine")
        app.wizard.draw()
        assert app.wizard.page.id == "page-batch"
        assert "4 Batch" in bar.lay_out(120)[0].plain
        await pilot.press("ctrl+z")
        assert "4 GPUs" in bar.lay_out(120)[0].plain
