"""Findings can be gone to, explained and fixed one by one; an unsafe fix is named and asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.apps import hint, on_screen, own_wizard, until, values, wizard
from tests.ui.test_findings import bad, found
from wizard.ui.screens.memory import MemoryScreen
from wizard.ui.screens.rule import RuleScreen
from wizard.ui.screens.unsafe import UnsafeFixScreen
from wizard.ui.widgets.finding_list import FindingList
from wizard.ui.widgets.lines import Lines

OVER = """base_model: Qwen/Qwen2.5-32B
adapter: lora
lora_r: 32
lora_alpha: 64
lora_target_linear: true
datasets:
  - path: tatsu-lab/alpaca
    type: alpaca
sequence_len: 8192
micro_batch_size: 4
gradient_checkpointing: true
bf16: true
output_dir: ./out
"""


async def test_an_unsafe_fix_is_named_with_its_fields_and_asked_for(tmp_path: Path) -> None:
    app = bad(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        before = values(app)
        await pilot.press("ctrl+f")
        await until(pilot, lambda: isinstance(app.screen, UnsafeFixScreen))
        said = app.screen.query_one("#unsafe", Lines).content
        assert "MW312" in said
        assert "not a safe fix" in said
        assert "load_in_4bit: true  (now: false)" in said
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.wizard)
        assert values(app) == before
        assert hint(app) == "MW312 was left as it is."
        await pilot.press("ctrl+f", "ctrl+f")
        await until(pilot, lambda: "MW312" not in found(app))
        assert values(app)["load_in_4bit"] is True
        await pilot.press("ctrl+z")
        assert values(app) == before


async def test_a_safe_fix_is_taken_at_once() -> None:
    app = wizard(demo="rtx-3060-12gb", start="method")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+f")
        assert app.screen is app.wizard
        assert hint(app).startswith("MW902 fixed: ")


async def test_the_fix_is_named_at_80_columns(tmp_path: Path) -> None:
    app = own_wizard(tmp_path / "mine.yml", OVER)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.wizard.session.review.judged)
        await pilot.pause()
        (line,) = [line for line in on_screen(app) if "MW901" in line]
        fix = next(one.fix for one in app.wizard.session.review.findings if one.code == "MW901")
        assert fix is not None
        assert fix.says in line
        assert "needs " in line


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
async def test_the_memory_key_leads_to_the_findings_and_enter_explains(size: tuple[int, int], tmp_path: Path) -> None:
    app = bad(tmp_path)
    async with app.run_test(size=size) as pilot:
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, MemoryScreen) and isinstance(app.focused, FindingList))
        second = app.wizard.session.review.findings[1]
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RuleScreen))
        said = on_screen(app)
        assert second.code in said[0]
        assert any("What it checks" in line for line in said)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.screen is app.wizard)


async def test_the_fix_under_the_pointer_is_taken(tmp_path: Path) -> None:
    app = bad(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        place = next(n for n, one in enumerate(app.wizard.session.review.findings) if one.code == "MW450")
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.focused, FindingList))
        await pilot.press(*["down"] * place, "ctrl+f")
        await until(pilot, lambda: app.screen is app.wizard)
        assert "MW450" not in found(app)
        assert "MW312" in found(app)


async def test_beside_the_questions_they_have_the_focus_and_the_mouse(tmp_path: Path) -> None:
    app = bad(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        app.wizard.query_one("#right FindingList", FindingList).focus()
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RuleScreen))
        await pilot.press("ctrl+f")
        await until(pilot, lambda: isinstance(app.screen, UnsafeFixScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.wizard)
        await pilot.click("#right FindingList", offset=(3, 1))
        await until(pilot, lambda: isinstance(app.screen, RuleScreen))


async def test_without_findings_nothing_has_the_focus_there() -> None:
    app = wizard()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.wizard.session.review.judged)
        assert not app.wizard.query_one(FindingList).focusable
