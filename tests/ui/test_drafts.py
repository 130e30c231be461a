"""Work that was not finished: kept at each change, offered by the next wizard, brought back whole."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from tests.ui.apps import change, hint, own_wizard, until, values, wizard
from wizard.cli.outside import RealOutside
from wizard.domain.machine import Machine
from wizard.domain.plan import REMOVE
from wizard.knowledge.gpus import named_machine
from wizard.questions.steps import position
from wizard.session.draft import Draft, from_mapping
from wizard.ui.app import MemwizardApp
from wizard.ui.messages import MachineChosen, ModelChosen
from wizard.ui.screens.resume import ResumeScreen
from wizard.ui.screens.resume import told as told_draft
from wizard.ui.screens.wizard import WizardScreen
from wizard.world.drafts import Drafts
from wizard.world.recorded import recorded
from wizard.world.yamlfile import parse, read_text

SIZE = (80, 24)
SAVED = "2026-01-01T00:00:00+00:00"
OWN = "base_model: Qwen/Qwen3-8B  # mine\nadapter: qlora\nload_in_4bit: true\nlora_r: 16\nlora_alpha: 32\n"


class Folder:
    """A folder of drafts, and wizards after each other in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.drafts = Drafts(path)

    def outside(self) -> RealOutside:
        """For the first wizard, or the next one: the one before has ended."""
        self.drafts.close()
        self.drafts = Drafts(self.path)
        return RealOutside(drafts=self.drafts)

    def waiting(self) -> tuple[Draft, ...]:
        """What the next wizard finds."""
        self.drafts.close()
        return self._read(self.drafts.waiting())

    def kept(self) -> tuple[Draft, ...]:
        """Every draft on disk, that of the wizard that runs too."""
        return self._read((path, parse(read_text(str(path)), "").values) for path in self.path.glob("*.yml"))

    def _read(self, found: Iterable[tuple[Path, dict[str, object]]]) -> tuple[Draft, ...]:
        drafts = [from_mapping(values, str(path)) for path, values in found]
        assert None not in drafts
        return tuple(draft for draft in drafts if draft is not None)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "drafts")


def set_length(app: MemwizardApp, length: int) -> None:
    change(app, app.wizard.session.state.with_fields({"sequence_len": length}), f"length: {length}")


async def test_each_change_keeps_a_draft_and_undo_of_everything_forgets_it(folder: Folder) -> None:
    app = wizard(start="batch", outside=folder.outside())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert not folder.kept()
        await pilot.press(*"4096")
        (draft,) = folder.kept()
        assert draft.plan == draft.wish == {"sequence_len": 4096}
        assert draft.step == position("batch")
        assert (draft.preset, Path(draft.target).name, draft.model) == ("qlora-24gb", "axolotl.yml", "Qwen/Qwen3-8B")
        change(app, app.wizard.session.state.with_fields({"tf32": REMOVE}), "tf32")
        (draft,) = folder.kept()
        assert draft.plan == {"sequence_len": 4096, "tf32": REMOVE}
        await pilot.press("ctrl+z")
        assert folder.kept()[0].plan == {"sequence_len": 4096}
        await pilot.press("ctrl+z")
        assert not folder.kept()
        await pilot.press("ctrl+y")
        assert folder.kept()[0].plan == {"sequence_len": 4096}
        assert app.wizard.session.unwritten


async def test_a_draft_comes_back_with_plan_step_and_target(folder: Folder) -> None:
    app = wizard(start="review", outside=folder.outside())
    async with app.run_test(size=SIZE) as pilot:
        app.wizard.query_one("#target", Input).value = "other.yml"
        await pilot.pause()
        app.wizard.action_go(position("batch"))
        set_length(app, 4096)
        app.wizard.post_message(ModelChosen("HuggingFaceTB/SmolLM3-3B"))
        await pilot.pause()
        app.wizard.post_message(MachineChosen(named_machine("t4")))
        await pilot.pause()
        left = app.wizard.session.state
    waiting = folder.waiting()
    app = wizard(outside=folder.outside(), drafts=waiting)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, ResumeScreen)
        assert "sequence_len: 4096" in str(app.screen.query_one("#draft", Static).content)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, WizardScreen))
        state = app.wizard.session.state
        assert (state.plan, state.wish, state.model) == (left.plan, left.wish, left.model)
        assert state.machine.title == "Tesla T4"
        assert values(app)["attn_implementation"] == "sdpa"
        assert app.wizard.session.step == position("batch")
        assert Path(app.wizard.session.target).name == "other.yml"
        assert "Tesla T4 · " in app.wizard.header.content
        assert app.wizard.session.unwritten
        assert app.wizard.session.past[0].says == "length: 4096"
        set_length(app, 8192)
        (draft,) = folder.kept()  # it is this wizard's now, not another one beside it
        assert draft.plan["sequence_len"] == 8192
        await pilot.press("ctrl+z")
        assert folder.kept()[0].plan["sequence_len"] == 4096


@pytest.mark.parametrize(
    ("origin", "name", "title"),
    [("named", "2xa100-80gb", "2× A100"), ("named", "24GiB", "24"), ("recorded", "a100-shared", "A100-SXM4-80GB")],
)
async def test_a_named_and_a_recorded_machine_come_back(origin: str, name: str, title: str, folder: Folder) -> None:
    there = named_machine(name) if origin == "named" else recorded(name)
    app = wizard(outside=folder.outside())
    async with app.run_test(size=SIZE) as pilot:
        app.wizard.post_message(MachineChosen(there))
        await pilot.pause()
    app = wizard(drafts=folder.waiting(), outside=folder.outside(), resume=True)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.wizard.session.keeper.resumed)
        machine = app.wizard.session.state.machine
        assert (machine.origin, machine.name, machine.gpus) == (origin, there.name, there.gpus)
        assert title in app.wizard.header.content


async def test_escape_begins_anew_and_the_draft_stays(folder: Folder) -> None:
    app = wizard(outside=folder.outside())
    async with app.run_test(size=SIZE):
        set_length(app, 4096)
    waiting = folder.waiting()
    app = wizard(outside=folder.outside(), drafts=waiting)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, WizardScreen))
        assert values(app)["sequence_len"] == 2048
        assert not app.wizard.session.unwritten
        assert folder.kept() == waiting
        set_length(app, 512)
        assert sorted(str(draft.plan["sequence_len"]) for draft in folder.kept()) == ["4096", "512"]


async def test_another_draft_can_be_chosen(folder: Folder) -> None:
    drafts = tuple(
        Draft(SAVED, position("model"), "x.yml", "qlora-24gb", None, plan={"lora_r": rank}) for rank in (1, 2, 3)
    )
    app = wizard(outside=folder.outside(), drafts=drafts)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        shown = app.screen.query_one("#draft", Static)
        assert "3 drafts wait; o shows the next." in str(shown.content)
        for rank in (2, 3, 1, 2):
            await pilot.press("o")
            assert f"lora_r: {rank}" in str(shown.content)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, WizardScreen))
        assert values(app)["lora_r"] == 2


async def test_the_latest_is_taken_without_asking(folder: Folder) -> None:
    drafts = tuple(
        Draft(SAVED, position("batch"), "x.yml", "qlora-24gb", None, plan={"lora_r": rank}) for rank in (5, 6)
    )
    app = wizard(outside=folder.outside(), drafts=drafts, resume=True)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.wizard.session.keeper.resumed)
        assert app.screen is app.wizard
        assert values(app)["lora_r"] == 5
        assert app.wizard.session.step == position("batch")


async def test_writing_forgets_the_draft_and_a_later_change_keeps_one_again(folder: Folder, tmp_path: Path) -> None:
    app = wizard(outside=folder.outside(), target=tmp_path / "a.yml")
    async with app.run_test(size=SIZE) as pilot:
        set_length(app, 4096)
        assert folder.kept()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.path)
        assert not folder.kept()
        assert not app.wizard.session.unwritten
        await pilot.press("escape")
        set_length(app, 512)
        assert folder.kept()[0].plan == {"sequence_len": 512}
        assert app.wizard.session.unwritten


@pytest.mark.parametrize("resume", [False, True], ids=["asked", "unasked"])
async def test_a_draft_whose_preset_is_gone_says_so(resume: bool, folder: Folder) -> None:
    draft = Draft(SAVED, position("batch"), "x.yml", "gone", None, plan={"lora_r": 5})
    app = wizard(outside=folder.outside(), drafts=(draft,), resume=resume)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        if not resume:
            await pilot.press("enter")
        await until(pilot, lambda: hint(app) == "✗ the preset gone of this draft is gone")
        assert app.screen is app.wizard
        assert values(app)["lora_r"] == 32
        assert not app.wizard.session.unwritten


async def test_an_own_files_changes_come_back_on_the_file_as_it_is_now(folder: Folder, tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    app = own_wizard(file, OWN, outside=folder.outside(), start="method")
    async with app.run_test(size=SIZE):
        change(app, app.wizard.session.state.with_fields({"lora_r": 8, "lora_dropout": 0.1}), "rank: 8")
        (draft,) = folder.kept()
        assert (draft.file, draft.preset, draft.plan) == (str(file), None, {"lora_r": 8, "lora_dropout": 0.1})
    file.write_text(OWN.replace("32", "64"))
    app = wizard(drafts=folder.waiting(), outside=folder.outside(), resume=True)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.wizard.session.keeper.resumed)
        assert app.wizard.session.state.file == app.wizard.session.target == str(file)
        text = OWN.replace("32", "64").replace("lora_r: 16", "lora_r: 8\nlora_dropout: 0.1")
        assert app.wizard.session.rendered() == text
        await pilot.press("ctrl+s")
        await pilot.pause()
        await pilot.press("y")
        await until(pilot, lambda: app.path)
        assert file.read_text() == text
        assert not folder.kept()


@pytest.mark.parametrize("now", [None, "- a list\n", "lora_r: many\n"], ids=["gone", "no config", "a wrong type"])
async def test_a_draft_whose_file_is_gone_or_broken_says_so(now: str | None, folder: Folder, tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    if now is not None:
        file.write_text(now)
    draft = Draft(SAVED, position("batch"), str(file), None, str(file), plan={"lora_r": 5})
    app = wizard(outside=folder.outside(), drafts=(draft,), resume=True)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: hint(app).startswith(f"✗ {file}"))
        assert app.wizard.session.state.file is None
        assert not app.wizard.session.unwritten


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
async def test_a_closed_line_keeps_the_work(number: signal.Signals, folder: Folder) -> None:
    app = wizard(outside=folder.outside())
    async with app.run_test(size=SIZE) as pilot:
        state = app.wizard.session.state.with_fields({"sequence_len": 4096})
        app.wizard.session.history.change(state, "length: 4096")  # at the moment between the change and its draft
        app.leave(number)
        await pilot.pause()
        assert app.return_code == 128 + number
    assert folder.kept()[0].plan == {"sequence_len": 4096}


async def test_a_closed_line_keeps_nothing_where_nothing_was_changed(folder: Folder) -> None:
    app = wizard(outside=folder.outside())
    async with app.run_test(size=SIZE) as pilot:
        app.leave(signal.SIGHUP)
        await pilot.pause()
    assert not folder.kept()


def test_a_draft_is_told_in_short() -> None:
    draft = Draft("2026-01-01T00:00:00", position("model"), "x.yml", "qlora-24gb", None, model="a/model",
                  plan={"gone": REMOVE, **{f"key{number}": "x" * 80 for number in range(10)}})  # fmt: skip
    lines = told_draft(draft).splitlines()
    assert lines[0] == "2026-01-01 00:00: a/model, begun with the preset qlora-24gb."
    assert len(lines) == 10
    assert lines[-1] == "  and 2 more"
    assert all(len(line) <= 60 for line in lines[1:])
    assert "gone" not in told_draft(draft)
    assert "your file mine.yml" in told_draft(replace(draft, file="mine.yml"))
    assert "For h100-80gb, not for the machine here." in told_draft(replace(draft, machine="h100-80gb", origin="named"))
    assert "  bf16: true\n" in told_draft(replace(draft, plan={"bf16": True, "lora_r": 8}))
    assert replace(draft, saved="not a time").when == "not a time"


async def test_it_says_where_the_machine_is_another_once_it_is_seen(folder: Folder) -> None:
    class Probed(RealOutside):
        def __init__(self, demo: str) -> None:
            folder.drafts.close()
            folder.drafts = Drafts(folder.path)
            super().__init__(drafts=folder.drafts)
            self.demo = demo
            self.may = threading.Event()

        def probe(self) -> Machine:
            self.may.wait(20)
            return replace(recorded(self.demo), origin="probed", name=None)

    first = Probed("rtx-4090")
    first.may.set()
    app = wizard(outside=first, machine=None)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.wizard.session.found)
        set_length(app, 4096)
    then = Probed("t4")
    app = wizard(outside=then, machine=None, drafts=folder.waiting())
    async with app.run_test(size=SIZE) as pilot:
        dialog = app.screen
        assert isinstance(dialog, ResumeScreen)
        assert "RTX 4090" not in str(dialog.query_one("#draft", Static).content)
        then.may.set()
        await until(pilot, lambda: "left on RTX 4090" in str(dialog.query_one("#draft", Static).content))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, WizardScreen))
        assert "here it is Tesla T4" in hint(app)
        assert values(app)["sequence_len"] == 4096
        await pilot.press("ctrl+z")
        await until(pilot, lambda: values(app)["sequence_len"] == 2048)
