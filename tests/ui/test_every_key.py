"""F8: every key is found, set and taken out on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, Input, OptionList, TextArea

from tests.ui.apps import hint, own_wizard, until, values, wizard
from wizard.domain.keypath import at, steps_of
from wizard.ui.app import MemwizardApp
from wizard.ui.screens.key import KeyScreen
from wizard.ui.screens.keys import KeysScreen
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.options import Options

SIZE = (80, 24)


def keys_of(text: str) -> list[str]:
    """The keys that type a text."""
    names = {" ": "space", "\n": "enter", "_": "underscore", ".": "full_stop", "-": "minus", "[": "left_square_bracket",
             "]": "right_square_bracket", ":": "colon", "/": "slash"}  # fmt: skip
    return [names.get(one, one) for one in text]


async def opened(app: MemwizardApp, pilot: Pilot[None], path: str) -> KeyScreen:
    """F8, the name, Enter."""
    await pilot.press("f8")
    await until(pilot, lambda: isinstance(app.screen, KeysScreen))
    await pilot.press(*keys_of(path))
    screen = app.screen
    assert isinstance(screen, KeysScreen)
    await until(
        pilot, lambda: screen.query_one(Input).value == path and (not screen.hits or screen.hits[0].path == path)
    )
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, KeyScreen))
    assert isinstance(app.screen, KeyScreen)
    return app.screen


def about(app: MemwizardApp) -> str:
    return app.screen.query_one("#about", Lines).content


@pytest.mark.parametrize(
    ("path", "press", "value"),
    [
        ("seed", "7", 7), ("weight_decay", "0.1", 0.1), ("wandb_project", "mine", "mine"), ("trl.beta", "0.04", 0.04),
        ("datasets[0].split", "train", "train"), ("lr_scheduler_kwargs.min_lr", "0.5", 0.5),
        ("liger_rope", ("up", "up", "up"), True), ("save_safetensors", ("up", "up"), False),
        ("merge_method", ("up", "up"), "memory_efficient"),
        ("lora_target_modules", ("tab", *keys_of("- q_proj\n- v_proj"), "ctrl+s"), ["q_proj", "v_proj"]),
        ("special_tokens", (*keys_of("pad_token: x"), "ctrl+s"), {"pad_token": "x"}),
    ],
)  # fmt: skip
async def test_a_key_of_each_kind_is_set(path: str, press: str | Sequence[str], value: object) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        before = at(values(app), steps_of(path))
        screen = await opened(app, pilot, path)
        if isinstance(press, str):
            assert screen.query_one(Input).has_focus
            await pilot.press(*keys_of(press), "enter")
        elif "ctrl+s" in press:
            assert screen.query_one(TextArea).has_focus
            await pilot.press(*[one for one in press if one != "tab"])
        else:
            answers = screen.query_one(OptionList)
            await pilot.press("end", *press[1:])
            assert answers.highlighted is not None
            await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))
        assert at(values(app), steps_of(path)) == value
        assert about(app).startswith(f"{path}: ")
        await pilot.press("ctrl+z")
        assert at(values(app), steps_of(path)) == before
        assert about(app).startswith("undone")


async def test_a_wrong_value_stays_in_its_box_with_the_reason() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot, "lora_r")
        await pilot.press("x", "enter")
        assert screen.query_one("#why", Lines).content == "✗ lora_r takes a whole number"
        assert screen.is_current
        assert values(app)["lora_r"] == 32
        await pilot.press("escape")
        assert isinstance(app.screen, KeysScreen)


async def test_what_is_set_stands_first_with_its_source_and_is_taken_out(tmp_path: Path) -> None:
    text = "# mine\nbase_model: meta-llama/Llama-3.2-1B\nseed: 7\nlearning_rate: 0.0002\n"
    app = own_wizard(tmp_path / "mine.yml", text)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))
        table = app.screen.query_one(DataTable)
        shown = [[str(cell) for cell in table.get_row_at(place)] for place in range(4)]
        assert [row[:3] for row in shown[:3]] == [
            ["base_model", "meta-llama/Llama-3.2-1B", "your file"], ["seed", "7", "your file"],
            ["learning_rate", "0.0002", "your file"],
        ]  # fmt: skip
        assert [row[3] for row in shown[:3]] == ["yes", "", ""]
        await pilot.press("down", "down", "delete")
        assert "seed" not in values(app)
        assert about(app).startswith("seed: not set")
        await pilot.press("escape")
        assert app.screen is app.wizard
        assert hint(app).startswith("seed: not set")
        assert app.wizard.session.rendered() == text.replace("seed: 7\n", "")


async def test_a_key_that_axolotl_has_not_is_set_with_a_warning() -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f8", *keys_of("gradient_checkpoint_"))
        assert "No key has this in its name or meaning. Did you mean 'gradient_checkpointing'?" in about(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, KeyScreen))
        await pilot.press("1", "enter")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))
        assert "MW801" in about(app)
        assert values(app)["gradient_checkpoint_"] == 1


async def test_all_keys_are_in_the_list_as_one_goes_down() -> None:
    app = wizard()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f8", "down")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))
        screen = app.screen
        assert isinstance(screen, KeysScreen)
        table = screen.query_one(DataTable)
        for shown in range(60, len(screen.hits), 60):
            assert table.row_count == shown
            await pilot.press("ctrl+end")
            await until(pilot, lambda: screen.shown == table.row_count)
        assert table.row_count == len(screen.hits) > 900


async def test_a_value_that_is_no_answer_stands_among_them(tmp_path: Path) -> None:
    text = "base_model: meta-llama/Llama-3.2-1B\nlearning_rate: 0.0002\noptimizer: muon\n"
    app = own_wizard(tmp_path / "mine.yml", text, start="batch")
    async with app.run_test(size=(80, 60)) as pilot:
        answers = app.wizard.query_one("#options-optimizer", Options)
        assert answers.current is not None
        assert answers.lines[answers.current].label == "muon, from your file"
        answers.focus()
        await pilot.press("space")
        assert not app.wizard.session.past
        await pilot.press("up", "space")
        assert values(app)["optimizer"] == "adafactor"
        assert "muon, from your file" not in [line.label for line in answers.lines]
