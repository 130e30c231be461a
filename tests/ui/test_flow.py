"""The wizard used by keyboard alone."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import yaml
from textual.widgets import Input, Static

from tests.ui.apps import Whole, take_fix, wizard
from wizard.cli.outside import RealOutside
from wizard.domain.machine import Machine
from wizard.questions.steps import position
from wizard.session.opening import Opening
from wizard.ui.app import MemwizardApp
from wizard.ui.look import Look
from wizard.ui.screens.confirm import ConfirmScreen
from wizard.ui.screens.memory import MemoryScreen
from wizard.ui.screens.written import WrittenScreen
from wizard.ui.widgets.entry_field import EntryField
from wizard.ui.widgets.options import Options
from wizard.world.presets import preset
from wizard.world.recorded import recorded

SIZE = (80, 24)


def state_of(app: MemwizardApp) -> dict[str, object]:
    return dict(app.wizard.session.state.plan.values)


async def test_from_start_to_a_written_file_by_enter_and_page_down(tmp_path: Path) -> None:
    target = tmp_path / "out.yml"
    app = wizard(target=target)
    async with app.run_test(size=SIZE) as pilot:
        for _ in range(position("review")):
            await pilot.press("pagedown")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, WrittenScreen)
    values = yaml.safe_load(target.read_text())
    assert values["base_model"] == "Qwen/Qwen3-8B"
    assert app.path == str(target)


async def test_a_model_is_found_by_typing(tmp_path: Path) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("pagedown", *"smollm3-3b", "enter")
        await pilot.pause()
        assert state_of(app)["base_model"] == "HuggingFaceTB/SmolLM3-3B"
        await pilot.press("ctrl+z")
        assert state_of(app)["base_model"] == "Qwen/Qwen3-8B"
        await pilot.press("ctrl+y")
        assert state_of(app)["base_model"] == "HuggingFaceTB/SmolLM3-3B"


async def test_an_unknown_model_says_so_and_changes_nothing() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("pagedown", *"no/such", "enter")
        await pilot.pause()
        assert state_of(app)["base_model"] == "Qwen/Qwen3-8B"
        assert "no/such" in str(app.wizard.hint.content)


async def test_choices_change_the_plan_and_the_price() -> None:
    app = wizard(start="method")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        before = app.wizard.session.review.estimate
        await pilot.press("tab", "down", "enter")
        assert state_of(app)["adapter"] == "lora"
        assert state_of(app)["load_in_4bit"] is False
        after = app.wizard.session.review.estimate
        assert before is not None
        assert after is not None
        assert after.device.likely > before.device.likely


async def test_typing_a_number_is_taken_at_once_and_nonsense_stops_the_writing(tmp_path: Path) -> None:
    target = tmp_path / "a.yml"
    app = wizard(start="batch", target=target)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        box = app.wizard.query_one("#entry-length", Input)
        assert box.has_focus
        await pilot.press(*"4096")
        assert state_of(app)["sequence_len"] == 4096
        await pilot.press("x")
        assert state_of(app)["sequence_len"] == 4096
        await pilot.press("enter", "pagedown", "ctrl+s")
        await pilot.pause()
        assert not target.exists()
        assert app.wizard.session.step == position("batch")
        assert box.has_focus
        assert "sequence_len takes a whole number" in str(app.wizard.hint.content)
        await pilot.press("end", "backspace", "ctrl+s")
        await pilot.pause()
        assert target.exists()


async def test_the_value_that_stands_already_is_no_error() -> None:
    app = wizard(start="batch")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        box = app.wizard.query_one("#entry-rate", Input)
        box.focus()
        await pilot.press(*"2e-4")
        await pilot.pause()
        field = app.wizard.query_one("#question-rate", EntryField)
        assert field.wrong is None
        assert state_of(app)["learning_rate"] == 0.0002


@pytest.mark.parametrize("text", ["[/foo]", "[red]x", "[b", "\\[x]"])
async def test_brackets_are_text(text: str) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        app.wizard.query_one("#gpu-name", Input).focus()
        app.wizard.query_one("#gpu-name", Input).value = text
        await pilot.press("enter")
        await pilot.pause()
        assert f"'{text}'" in str(app.wizard.hint.content)
        await pilot.press("pagedown")
        app.wizard.query_one("#model-search", Input).value = text
        await pilot.press("enter")
        await pilot.pause()
        assert text in str(app.wizard.hint.content)


async def test_another_id_with_the_same_shapes_is_kept_as_typed() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("pagedown", *"meta-llama/llama-3.1-8b-instruct", "enter")
        await pilot.pause()
        assert state_of(app)["base_model"] == "meta-llama/Llama-3.1-8B-Instruct"
        assert app.wizard.session.state.model is not None
        assert app.wizard.session.state.model.id == "meta-llama/Llama-3.1-8B"


async def test_another_preset_keeps_the_persons_model_and_data() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("pagedown", *"smollm3-3b", "enter")
        app.wizard.action_go(position("data"))
        await pilot.pause()
        app.wizard.query_one("#entry-path", Input).value = "mine.jsonl"
        await pilot.pause()
        app.wizard.action_go(position("machine"))
        await pilot.pause()
        presets = app.wizard.query_one("#presets", Options)
        presets.focus()
        place = next(at for at, line in enumerate(presets.lines) if line.label.startswith("qlora-12gb"))
        way = "down" if place > presets.pointer else "up"
        await pilot.press(*[way] * abs(place - presets.pointer), "enter")
        await pilot.pause()
        assert app.wizard.session.state.preset == "qlora-12gb"
        assert state_of(app)["base_model"] == "HuggingFaceTB/SmolLM3-3B"
        assert "mine.jsonl" in str(state_of(app)["datasets"])


async def test_going_back_to_a_better_machine_brings_the_wish_back() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        before = state_of(app)
        await pilot.press("tab", *"t4", "enter")
        await pilot.pause()
        assert state_of(app)["attn_implementation"] == "sdpa"
        await pilot.press("tab", "shift+tab", *"rtx-4090", "enter")
        await pilot.pause()
        assert state_of(app) == before


async def test_what_changes_along_is_said() -> None:
    app = wizard(start="batch")
    async with app.run_test(size=SIZE) as pilot:
        app.wizard.query_one("#options-attention", Options).focus()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert "sample_packing" in str(app.wizard.hint.content)


async def test_no_colour_starts() -> None:
    opening = Opening(preset("qlora-24gb").plan, recorded("rtx-4090"), "qlora-24gb", "x.yml")
    app = Whole(opening, RealOutside(), Look(colourless=True))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert app.theme == "ansi-dark"


async def test_the_start_suits_the_machine_where_nothing_was_named() -> None:
    opening = Opening(preset("qlora-24gb").plan, recorded("rtx-3060-12gb"), "qlora-24gb", "x.yml", chosen=False)
    app = Whole(opening, RealOutside())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert app.wizard.session.state.preset == "qlora-12gb"
        assert app.wizard.session.review.fit == "fits"


async def test_a_plan_that_does_not_fit_is_written_with_a_warning(tmp_path: Path) -> None:
    app = wizard(demo="rtx-3060-12gb", name="lora-80gb", target=tmp_path / "a.yml")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, WrittenScreen)
        text = " ".join(str(widget.content) for widget in app.screen.query(Static))
        assert "does not fit" in text


async def test_memory_opens_over_a_narrow_screen_and_closes_with_escape() -> None:
    app = wizard(start="method")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f2")
        await pilot.pause()
        assert isinstance(app.screen, MemoryScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen_stack[-1] == app.wizard


async def test_a_page_key_in_the_empty_palette_is_harmless() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+p", "pagedown", "pageup")
        await pilot.pause()
        assert app.is_running


async def test_the_fix_key_fixes_and_undo_takes_it_back() -> None:
    app = wizard(demo="rtx-3060-12gb", name="lora-24gb")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "MW901" in {finding.code for finding in app.wizard.session.review.findings}
        await take_fix(app, pilot)
        assert "MW901" not in {finding.code for finding in app.wizard.session.review.findings}
        await pilot.press("ctrl+z")
        assert "MW901" in {finding.code for finding in app.wizard.session.review.findings}


async def test_an_existing_file_is_shown_first_and_kept(tmp_path: Path) -> None:
    target = tmp_path / "mine.yml"
    target.write_text("precious: true\n")
    app = wizard(target=target)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmScreen)
        await pilot.press("n")
        await pilot.pause()
        assert target.read_text() == "precious: true\n"
        await pilot.press("ctrl+s")
        await pilot.pause()
        await pilot.press("y")
        await pilot.pause()
        assert "Qwen" in target.read_text()
        assert (tmp_path / "mine.yml.bak1").read_text() == "precious: true\n"


async def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    app = wizard(target=tmp_path / "no" / "such" / "folder.yml")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "can't be written" in str(app.wizard.hint.content)


async def test_a_named_gpu_replaces_the_machine() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("tab", *"t4", "enter")
        await pilot.pause()
        assert app.wizard.session.state.machine.title == "Tesla T4"
        assert state_of(app)["fp16"] is True
        await pilot.press("ctrl+z")
        assert state_of(app)["bf16"] == "auto"


async def test_a_preset_is_taken_and_suits_the_machine() -> None:
    app = wizard(demo="t4")
    async with app.run_test(size=SIZE) as pilot:
        presets = app.wizard.query_one("#presets", Options)
        presets.focus()
        place = next(at for at, line in enumerate(presets.lines) if line.label.startswith("qlora-12gb"))
        way = "down" if place > presets.pointer else "up"
        await pilot.press(*[way] * abs(place - presets.pointer), "enter")
        await pilot.pause()
        assert app.wizard.session.state.preset == "qlora-12gb"
        assert state_of(app)["attn_implementation"] == "sdpa"


async def test_everything_given_opens_on_review_with_nothing_to_ask(tmp_path: Path) -> None:
    target = tmp_path / "a.yml"
    app = wizard(target=target, start="review")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("enter")
        await pilot.pause()
    assert target.exists()


async def test_every_step_is_a_key_away_and_nothing_is_lost() -> None:
    app = wizard()
    async with app.run_test(size=(120, 40)) as pilot:
        for number in reversed(app.wizard.session.steps):
            app.wizard.action_go(number)
            await pilot.pause()
            assert app.wizard.session.step == number
        assert state_of(app)["base_model"] == "Qwen/Qwen3-8B"


async def test_a_slow_probe_blocks_neither_the_screen_nor_the_exit() -> None:
    never = threading.Event()

    class Slow(RealOutside):
        def probe(self) -> Machine:
            never.wait(30)
            return Machine()

    app = Whole(Opening(preset("qlora-24gb").plan, None, "qlora-24gb", "x.yml"), Slow())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("pagedown", "pagedown")
        assert app.wizard.session.step == 2
        assert "looking for GPUs" in str(app.wizard.header.content)
    never.set()


async def test_a_model_of_the_hub_is_looked_up_beside_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    from wizard.knowledge.models.catalogue import built

    asked = threading.Event()
    answer = threading.Event()

    class Slow(RealOutside):
        def model(self, name: str):  # type: ignore[no-untyped-def]
            if name != "some/model":
                return super().model(name)
            asked.set()
            answer.wait(20)
            return built("Qwen/Qwen3-8B"), None

    app = Whole(
        Opening(preset("qlora-24gb").plan, recorded("rtx-4090"), "qlora-24gb", "axolotl.yml", 1), Slow(hub=True)
    )
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"some/model", "enter")
        await pilot.pause()
        assert asked.wait(10)
        assert "Looking for some/model" in str(app.wizard.hint.content)
        answer.set()
        for _ in range(100):
            await pilot.pause(0.05)
            if state_of(app)["base_model"] == "some/model":
                break
        assert state_of(app)["base_model"] == "some/model"
