"""What is on the screen can be reached: by the mouse, by name, and told by the name that the person chose."""

from __future__ import annotations

import re

from tests.ui.apps import change, until, wizard
from wizard.domain.units import GIB, gib_number
from wizard.questions.steps import position
from wizard.session.filing import differences
from wizard.ui.palette import Palette
from wizard.ui.screens.memory import MemoryScreen
from wizard.ui.screens.rule import RuleScreen
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.machine_page import MachinePage
from wizard.ui.widgets.memory_panel import memory_text
from wizard.ui.widgets.options import Options
from wizard.ui.widgets.step_bar import StepBar

SIZE = (80, 24)


async def test_steps_and_status_can_be_clicked() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        line = app.wizard.query_one(StepBar).lay_out(78)[0].plain
        await pilot.click(StepBar, offset=(1 + line.index("Batch"), 0))
        await until(pilot, lambda: app.wizard.session.step == position("batch"))
        await pilot.click("#brief", offset=(5, 1))
        await until(pilot, lambda: isinstance(app.screen, MemoryScreen))
        await pilot.press("escape")
        await pilot.click("#header", offset=(5, 0))
        await until(pilot, lambda: app.wizard.session.step == position("machine"))


async def test_a_rule_is_found_by_its_code() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+p", *"MW102")
        await until(pilot, lambda: isinstance(app.screen, Palette) and app.screen._hit_count)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RuleScreen))
        assert str(app.screen.heading).startswith("MW102 ")  # type: ignore[attr-defined]


async def test_the_head_names_the_id_that_was_chosen() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        chosen = "Qwen/Qwen3-8B-Base"
        model, note = app.outside.model(chosen)
        assert model is not None
        assert model.id != chosen, "an alias of the catalogue"
        change(app, app.wizard.session.state.with_model(chosen, model, note), "model")
        await pilot.pause()
        assert chosen in app.wizard.header.content


async def test_changed_is_said_exactly_where_there_is_a_difference() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        state = app.wizard.session.state

        def told() -> tuple[bool, bool]:
            return "changed" in app.wizard.header.content, bool(differences(app.wizard.session)[0][1])

        first = told()
        assert first[0] == first[1]
        change(app, state.with_fields({"sequence_len": 777}), "length")
        await pilot.pause()
        assert told() == (True, True)
        change(app, state, "back")
        await pilot.pause()
        assert told() == first


async def test_what_stands_beside_another_model_is_said_of_that_model() -> None:
    app = wizard()
    async with app.run_test(size=SIZE):
        state = app.wizard.session.state
        name = "Qwen/Qwen3-0.6B"
        model, note = app.outside.model(name)
        assert model is not None
        change(app, state.with_model(name, model, note), "model")
        gone = next(
            line for line in differences(app.wizard.session)[0][1].splitlines() if line.startswith("-base_model")
        )
        assert "8.19B" in gone


async def test_what_suits_the_machine_stands_first() -> None:
    app = wizard(demo="rtx-4090")
    async with app.run_test(size=(120, 40)) as pilot:
        page = app.wizard.query_one(MachinePage)
        names = [one.name for one in page.presets]
        assert "24gb" in names[0]
        assert names.index("qlora-12gb") > names.index("lora-24gb")
        assert names.index("full-80gb") > names.index("qlora-12gb")
        offers = app.wizard.query_one("#presets", Options)
        offers.focus()
        await pilot.press("down")
        label = offers.lines[offers.pointer].label
        change(app, app.wizard.session.state.with_machine(app.outside.machine("named", "h100-80gb")), "machine")
        await pilot.pause()
        assert "80gb" in page.presets[0].name
        assert offers.lines[offers.pointer].label == label, "the pointer stays on its answer"


async def test_the_cards_of_a_named_machine_are_not_listed_one_by_one() -> None:
    app = wizard(demo="rtx-4090")
    async with app.run_test(size=SIZE):
        named = app.outside.machine("named", "8xh100-80gb")
        app.wizard.session.found = named
        change(app, app.wizard.session.state.with_machine(named), "machine")
        assert len(app.wizard.query_one(MachinePage).machines) == 1
        assert app.wizard.query_one("#header", Lines).content.count("H100")


async def test_the_legend_is_never_broken_inside_a_part() -> None:
    app = wizard(demo="2xa100-80gb", name="lora-80gb")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.wizard.session.review.judged)
        estimate = app.wizard.session.review.estimate
        assert estimate is not None
        for width in range(24, 100):
            lines = memory_text(app.wizard.session.review, width).plain.splitlines()
            for name, size in estimate.components.items():
                if size >= 0.05 * GIB:
                    told = re.compile(rf" {name} +{re.escape(gib_number(size))}\b")
                    assert any(map(told.search, lines))
            assert all(len(line) <= width for line in lines if line[:2] in ("█ ", "▞ "))


async def test_the_head_drops_the_version_before_the_preset() -> None:
    app = wizard()
    async with app.run_test(size=SIZE):
        assert "preset qlora-24gb" in app.wizard.header.content
