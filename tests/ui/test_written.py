"""After writing, the screen tells what has to be there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from textual.widgets import Static

from tests.ui.apps import own_wizard, until, wizard
from wizard.cli.outside import RealOutside
from wizard.domain.units import gib
from wizard.knowledge.gpus import named_machine
from wizard.output.text.next_steps import trial
from wizard.session.fixing import fix
from wizard.ui.app import MemwizardApp
from wizard.ui.messages import FieldsChanged
from wizard.ui.screens.confirm import ConfirmScreen
from wizard.ui.screens.written import WrittenScreen
from wizard.world.presets import preset
from wizard.world.recorded import recorded


class WithAxolotl(RealOutside):
    """A machine that has Axolotl and nothing else."""

    def installed(self, package: str) -> str | None:
        return "0.21.0" if package == "axolotl" else None

    def exists(self, path: str) -> bool:
        return False


async def test_what_is_missing_is_listed_with_its_command(tmp_path: Path) -> None:
    app = wizard(name="zero3-full-8x80gb", demo="2xa100-80gb", target=tmp_path / "a.yml", outside=WithAxolotl())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, WrittenScreen))
        text = "\n".join(str(widget.content) for widget in app.screen.query(Static))
        assert "✗ deepspeed_configs/zero3_bf16.json\n    axolotl fetch deepspeed_configs" in text
        assert '✗ deepspeed\n    pip install --no-build-isolation "axolotl[deepspeed]"' in text
        assert "✓ Axolotl 0.21 (0.21.0)" in text
        assert app.screen.query_one("VerticalScroll").region.bottom <= 24


async def written(app: MemwizardApp, size: tuple[int, int] = (80, 24)) -> str:
    """The page that tells it, as one text."""
    async with app.run_test(size=size) as pilot:
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, WrittenScreen))
        return "\n".join(str(widget.content) for widget in app.screen.query(Static))


async def test_it_says_why_it_can_not_be_tried_here(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    text = await written(wizard(target=file, outside=WithAxolotl()))
    assert (
        f"It can't be tried from here: it is for another machine; where it will run, `memwizard run {file} --s" in text
    )


async def test_where_a_gpu_and_axolotl_are_it_offers_to_try_it_in_the_words_of_the_last_line(tmp_path: Path) -> None:
    file, here = tmp_path / "a.yml", replace(recorded("rtx-4090"), origin="probed", name=None)
    app = wizard(target=file, machine=here, outside=WithAxolotl())
    text = await written(app)
    said = trial(str(file), app.wizard.session.review, axolotl=True)
    assert said.endswith(f":\n    memwizard run {file} --smoke")
    assert said[1:] in text


async def test_what_is_printed_when_one_leaves_is_not_tried(tmp_path: Path) -> None:
    assert "tried from here" not in await written(wizard(target="-", outside=WithAxolotl()))


@pytest.mark.parametrize("fixes", [0, 1])
async def test_the_dialog_says_that_an_own_file_is_still_over_before_it_is_written(tmp_path: Path, fixes: int) -> None:
    plan = preset("full-80gb").plan.changed({"base_model": "meta-llama/Llama-3.1-70B"})
    text, machine = yaml.safe_dump(dict(plan.values), sort_keys=False), named_machine("rtx-4090")
    app = own_wizard(tmp_path / "mine.yml", text, machine=machine)
    async with app.run_test(size=(80, 24)) as pilot:
        app.wizard.take_fields(FieldsChanged({"micro_batch_size": 2}, "two rows"))
        for _ in range(fixes):
            fix(app.wizard.session)
        review = app.wizard.session.review
        assert review.fit == "over"
        assert review.estimate is not None
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        left = app.screen.query_one("#left", Static)
        said = str(left.content)
        assert f"needs {gib(review.estimate.device.likely)}, {gib(machine.free_bytes)} are free" in said
        assert "F5" in said
        assert left.region.y < 4
    assert not (tmp_path / "mine.yml.bak1").exists()


async def test_the_dialog_of_a_plan_that_fits_says_no_more_than_what_changes(tmp_path: Path) -> None:
    target = tmp_path / "a.yml"
    target.write_text("precious: true\n")
    app = wizard(target=target)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        assert not app.screen.query("#left")
