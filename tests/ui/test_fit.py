"""F5: what fits, in the wizard."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.apps import change, hint, own_wizard, until, values, wizard
from wizard.session.proposals import fitting, otherwise, proposals
from wizard.ui.screens.fit import FitScreen
from wizard.ui.screens.page import PageScreen
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.options import Options


async def opened(app: object, pilot: object) -> FitScreen:
    await pilot.pause()  # type: ignore[attr-defined]
    await pilot.press("f5")  # type: ignore[attr-defined]
    await until(pilot, lambda: isinstance(app.screen, FitScreen) and app.screen.proposals)  # type: ignore[attr-defined,arg-type]
    screen = app.screen  # type: ignore[attr-defined]
    assert isinstance(screen, FitScreen)
    return screen


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
async def test_every_change_is_there_with_its_price(size: tuple[int, int]) -> None:
    app = wizard(start="batch")
    async with app.run_test(size=size) as pilot:
        screen = await opened(app, pilot)
        lines = screen.query_one(Options).content.splitlines()
        assert len(lines) == len(screen.proposals) > 8
        assert all("GiB" in line for line in lines)
        for place, proposal in enumerate(screen.proposals):
            shown = screen.query_one("#about", Lines).content
            assert shown.startswith(proposal.about[:20]), place
            await pilot.press("down")
            await pilot.pause()


async def test_the_best_is_taken_as_one_change_and_undone() -> None:
    app = wizard(start="batch")
    async with app.run_test(size=(80, 24)) as pilot:
        before = values(app)
        screen = await opened(app, pilot)
        best = screen.proposals[0]
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.wizard)
        assert app.wizard.session.review.fit == "fits"
        assert app.wizard.session.needs == best.needs
        assert hint(app).startswith("Best for quality")
        await pilot.press("ctrl+z")
        assert values(app) == before


async def test_a_rung_is_taken() -> None:
    app = wizard(start="batch")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        place = next(number for number, one in enumerate(screen.proposals) if "rank 32" in one.label)
        await pilot.press(*["down"] * place, "enter")
        await until(pilot, lambda: app.screen is app.wizard)
        assert values(app)["lora_r"] == 16


async def test_the_map_has_methods_and_models_and_no_line_is_cut() -> None:
    app = wizard()
    async with app.run_test(size=(60, 20)) as pilot:
        await opened(app, pilot)
        await pilot.press("m")
        page = app.screen
        assert isinstance(page, PageScreen)
        lines = str(page.text).splitlines()
        assert lines[0].split() == ["method", "512", "1k", "2k", "4k", "8k", "16k"]
        assert [line.split("  ")[0].split(" ")[0] for line in lines[1:5]] == ["full", "LoRA", "8-bit", "QLoRA"]
        assert max(len(line) for line in lines[:100]) <= 54


async def test_what_cannot_fit_says_what_else_would() -> None:
    app = wizard(demo="rtx-3060-12gb", name="full-80gb")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        state = app.wizard.session.state.with_fields({"sequence_len": 131072})
        change(app, state, "length: 131072")
        found = fitting(app.wizard.session.state, "quality")
        assert found is not None
        assert found.found is None
        assert otherwise(found).startswith("Nothing fits with rows of")
        screen = await opened(app, pilot)
        assert screen.query_one("#about", Lines).content.startswith("Nothing fits with rows of")


async def test_an_own_file_keeps_its_method(tmp_path: Path) -> None:
    text = "base_model: Qwen/Qwen3-0.6B\nadapter: qlora\nload_in_4bit: true\nsequence_len: 1024\nmicro_batch_size: 1\n"
    app = own_wizard(tmp_path / "a.yml", text)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        found = fitting(app.wizard.session.state, "quality")
        assert found is not None
        assert found.found is not None
        assert found.found.choice.method.name == "qlora"
        assert "adapter" not in proposals(found)[0].changes


async def test_without_a_gpu_nothing_is_said_to_fit() -> None:
    app = wizard(demo="no-gpu")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        found = fitting(app.wizard.session.state, "quality")
        assert found is not None
        assert "unknown" in otherwise(found)
        await opened(app, pilot)
        await pilot.press("m")
        assert "no GPU is known" in str(app.screen.text)  # type: ignore[attr-defined]
