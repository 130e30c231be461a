"""A person's own file: opened as it is, changed only where an answer was given, never lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.ui.apps import change, hint, own_wizard, until, values, wizard
from wizard.domain.plan import REMOVE
from wizard.session.filing import differences, shown_file
from wizard.ui.app import MemwizardApp
from wizard.ui.commands import PresetCommands
from wizard.ui.messages import FieldsChanged, MachineChosen, ModelChosen
from wizard.ui.screens.confirm import ConfirmScreen
from wizard.ui.screens.difference import DifferenceScreen
from wizard.ui.screens.page import PageScreen
from wizard.ui.screens.written import WrittenScreen
from wizard.world.recorded import recorded

SIZE = (80, 24)
MINE = """\
# The run of Tuesday.
base_model:   'Qwen/Qwen3-8B'   # the small one
adapter: qlora
load_in_4bit: true

lora_r: 16      # enough
lora_alpha: 32
lora_target_linear: yes
datasets:
    - {path: "a.jsonl", type: chat_template}
sequence_len: 2_048
micro_batch_size: 1
gradient_checkpointing: on
attn_implementation: flash_attention_2
sample_packing: true
bf16: auto
optimizer: adamw_torch_fused
learning_rate: 2e-4
wandb_name: "tuesday"
# The end.
"""
MERGED = """\
base_model: Qwen/Qwen3-8B
defaults: &defaults
  lora_r: 16
  lora_alpha: 32
<<: *defaults
adapter: qlora
load_in_4bit: true
sequence_len: 2048
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.yml"


def answer(app: MemwizardApp, **fields: object) -> None:
    app.wizard.take_fields(FieldsChanged(fields, f"answered {', '.join(fields)}"))


def changed(before: str, after: str) -> list[tuple[str, str]]:
    """The lines that differ, in two texts of as many lines."""
    return [(old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]


async def write(app: MemwizardApp, pilot: Pilot[None]) -> None:
    """Write the file, and agree to replace it if that is asked."""
    await pilot.press("ctrl+s")
    await until(pilot, lambda: app.screen is not app.wizard)
    if isinstance(app.screen, ConfirmScreen):
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, WrittenScreen))
    await pilot.press("escape")


async def test_nothing_is_suited_to_the_machine_or_the_model(file: Path) -> None:
    app = own_wizard(file, MINE, machine=recorded("t4"))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        first = values(app)
        assert first["attn_implementation"] == "flash_attention_2"
        assert first["bf16"] == "auto"
        assert app.wizard.session.rendered() == MINE
        app.wizard.post_message(MachineChosen(recorded("gtx-1080-ti")))
        app.wizard.post_message(ModelChosen("Qwen/Qwen3-30B-A3B"))
        await pilot.pause()
        assert values(app) == {**first, "base_model": "Qwen/Qwen3-30B-A3B"}
        assert changed(MINE, app.wizard.session.rendered()) == [
            ("base_model:   'Qwen/Qwen3-8B'   # the small one", "base_model:   'Qwen/Qwen3-30B-A3B'   # the small one")
        ]


async def test_presets_are_not_offered_and_one_from_the_palette_says_why_not(file: Path) -> None:
    app = own_wizard(file, MINE)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert not app.wizard.query_one("#presets").display
        told = str(app.wizard.query_one("#start", Static).content)
        assert told.startswith(f"{file}: ")
        assert "15 of its 16 keys" in told
        assert "wandb_name" in told
        found = {name: run for name, _, run in PresetCommands(app.wizard).commands()}
        found["Preset lora-24gb"]()
        await pilot.pause()
        assert hint(app) == f"{file} is open. To start from a preset: memwizard --preset lora-24gb"
        assert app.wizard.session.rendered() == MINE
        assert not app.wizard.session.past


async def test_f3_shows_the_persons_text_with_what_was_answered(file: Path) -> None:
    app = own_wizard(file, MINE, start="method")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, PageScreen))
        assert str(app.screen.query_one("#text", Static).content) == MINE.rstrip("\n")
        await pilot.press("escape")
        app.wizard.query_one("#entry-rank", Input).focus()
        await pilot.press(*"64", "f3")
        await until(pilot, lambda: isinstance(app.screen, PageScreen))
        assert changed(MINE, str(app.screen.query_one("#text", Static).content)) == [
            ("lora_r: 16      # enough", "lora_r: 64      # enough")
        ]


@pytest.mark.parametrize("text", [MINE, MINE.replace("\n", "\r\n"), MINE.rstrip("\n")], ids=["lf", "crlf", "no end"])
async def test_what_is_written_keeps_every_other_byte(text: str, file: Path) -> None:
    app = own_wizard(file, text)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        answer(app, lora_r=64, sequence_len=4096)
        await write(app, pilot)
    expected = text.replace("lora_r: 16", "lora_r: 64").replace("2_048", "4096")
    assert file.read_bytes().decode() == expected
    assert (file.parent / "mine.yml.bak1").read_bytes().decode() == text


async def test_an_answer_taken_back_leaves_the_file_as_it_was(file: Path) -> None:
    app = own_wizard(file, MINE)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        answer(app, lora_r=64)
        await pilot.press("ctrl+z")
        assert app.wizard.session.rendered() == MINE
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "nothing had to be written" in hint(app))
    assert file.read_text() == MINE
    assert not list(file.parent.glob("*.bak*"))


async def test_a_second_write_after_undo_brings_the_old_value_back(file: Path) -> None:
    app = own_wizard(file, MINE)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        answer(app, lora_r=64)
        answer(app, micro_batch_size=2)
        await write(app, pilot)
        await pilot.press("ctrl+z")
        assert app.wizard.session.unwritten
        await write(app, pilot)
        assert changed(MINE, file.read_text()) == [("lora_r: 16      # enough", "lora_r: 64      # enough")]
        await pilot.press("ctrl+z")
        await write(app, pilot)
        assert file.read_text() == MINE
        assert not app.wizard.session.unwritten


async def test_what_was_changed_on_disk_meanwhile_stays_below_the_changes(file: Path) -> None:
    app = own_wizard(file, MINE)
    theirs = MINE.replace("Tuesday", "Wednesday").replace("micro_batch_size: 1", "micro_batch_size: 2")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        answer(app, lora_r=64)
        file.write_text(theirs)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        assert "changed by somebody" in hint(app)
        assert isinstance(app.screen, ConfirmScreen)
        assert "-lora_r: 16      # enough\n+lora_r: 64      # enough\n" in app.screen.difference
        assert "Tuesday" not in app.screen.difference
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, WrittenScreen))
        assert file.read_text() == theirs.replace("lora_r: 16", "lora_r: 64")
        await pilot.press("escape", "ctrl+z")
        await write(app, pilot)
    assert file.read_text() == theirs


async def test_a_file_removed_meanwhile_is_written_whole(file: Path) -> None:
    app = own_wizard(file, MINE)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        answer(app, lora_r=64)
        file.unlink()
        await write(app, pilot)
    assert file.read_text() == MINE.replace("lora_r: 16", "lora_r: 64")


async def test_a_file_broken_meanwhile_is_left_alone_and_told(file: Path) -> None:
    app = own_wizard(file, MINE)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        answer(app, lora_r=64)
        file.write_text("- no config\n")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: hint(app).startswith("✗ "))
        assert app.screen is app.wizard
        assert app.wizard.session.unwritten
    assert file.read_text() == "- no config\n"


async def test_another_name_gets_the_same_text_and_the_file_stays(file: Path) -> None:
    other = file.parent / "other.yml"
    app = own_wizard(file, MINE, target=str(other))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        answer(app, lora_r=64)
        await write(app, pilot)
    assert file.read_text() == MINE
    assert other.read_text() == MINE.replace("lora_r: 16", "lora_r: 64")


async def test_what_can_not_be_rewritten_is_told_and_nothing_is_written(file: Path) -> None:
    """A full fine-tune takes out `lora_alpha`, which comes in by a merge key."""
    app = own_wizard(file, MERGED)
    kept = MERGED.replace("2048", "4096")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        answer(app, sequence_len=4096)
        assert app.wizard.session.rendered() == kept
        change(app, app.wizard.session.state.with_fields({"lora_alpha": REMOVE}), "lora_alpha: gone")
        why = shown_file(app.wizard.session).removeprefix("# ").removesuffix("\n")
        assert why.startswith(f"{file}: ")
        assert why.endswith(
            "`lora_alpha` can't be changed: `lora_alpha` is merged in with `<<`; change it there by hand"
        )
        await pilot.press("ctrl+s")
        await until(pilot, lambda: hint(app) == f"✗ {why}")
        assert app.screen is app.wizard
        assert file.read_text() == MERGED
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, DifferenceScreen))
        await pilot.press("escape", "ctrl+z")
        await write(app, pilot)
    assert file.read_text() == kept


async def test_f4_shows_what_has_changed_and_against_what(file: Path) -> None:
    app = own_wizard(file, MINE)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        answer(app, lora_r=64)
        file.write_text(MINE.replace("Tuesday", "Wednesday"))
        found = differences(app.wizard.session)
        assert [title for title, _ in found] == [
            f"against your file {file} as it was opened",
            "against the plan at the start",
            f"against the file on disk, {file}",
        ]
        (_, opened), (_, start), (_, disk) = found
        assert "-lora_r: 16      # enough\n+lora_r: 64      # enough\n" in opened
        assert opened.splitlines()[2:] == start.splitlines()[2:]
        assert "Wednesday" in disk
        assert "Wednesday" not in opened
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, DifferenceScreen))
        for number in (2, 3, 1):
            await pilot.press("tab")
            title = str(app.screen.query_one("VerticalScroll").border_title)
            assert title.startswith(f"{number} of 3: against ")


async def test_f4_of_a_preset_names_it_and_says_that_there_is_no_file_yet(tmp_path: Path) -> None:
    app = wizard(target=tmp_path / "new.yml", demo="t4")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        (preset_is, suited), (start, nothing), (disk, whole) = differences(app.wizard.session)
        assert (preset_is, start) == ("against the preset qlora-24gb", "against the plan at the start")
        assert disk == f"there is no {tmp_path / 'new.yml'} yet"
        assert "+attn_implementation: sdpa" in suited
        assert nothing == ""
        assert "+base_model: Qwen/Qwen3-8B" in whole
        await pilot.press("f4", "tab")
        assert "There is no difference." in str(app.screen.query_one("#text", Static).content)
