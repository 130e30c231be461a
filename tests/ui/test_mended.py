"""Defects that were found once: each stays mended."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.segment import Segment
from textual._compositor import ChopsUpdate
from textual.events import Key
from textual.geometry import Size
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input

from tests.ui.apps import hint, until, values, wizard
from tests.ui.test_drafts import SAVED, Folder
from tests.ui.test_frame_diff import CONSOLE, on_a_terminal, row
from tests.ui.test_watch import Watched, here
from wizard.cli.outside import RealOutside
from wizard.domain.machine import Machine
from wizard.questions.steps import position
from wizard.session.conversation import Conversation
from wizard.session.draft import Draft, from_mapping, to_mapping
from wizard.session.results import Result
from wizard.ui.app import MemwizardApp
from wizard.ui.frame_diff import TerminalCells
from wizard.ui.messages import Hint
from wizard.ui.widgets.options import Options
from wizard.world.recorded import recorded


async def full(app: MemwizardApp, pilot: Pilot[None]) -> None:
    answers = app.wizard.query_one("#options-adapter", Options)
    answers.focus()
    await pilot.pause()
    answers.pointer = 3
    await pilot.press("enter")
    await pilot.pause()
    assert values(app).get("adapter") is None


async def test_jump_to_targets_crashes() -> None:
    app = wizard(start="method")
    async with app.run_test(size=(80, 50)) as pilot:
        await pilot.pause()
        await full(app, pilot)
        app.wizard.moving.question("targets")
        await pilot.pause(0.1)


async def test_jump_to_rank() -> None:
    app = wizard(start="method")
    async with app.run_test(size=(80, 50)) as pilot:
        await pilot.pause()
        await full(app, pilot)
        app.wizard.moving.question("rank")
        await until(pilot, lambda: hint(app) == "This question does not arise with the present answers.")
        await pilot.press("6", "4")
        assert "lora_r" not in values(app)


async def test_resume_replaced(tmp_path: Path) -> None:
    go = threading.Event()

    class Slow(RealOutside):
        def probe(self) -> Machine:
            go.wait(10)
            return replace(recorded("rtx-3060-12gb"), origin="probed", name=None)

    d = Draft(
        SAVED, position("batch"), "x.yml", "lora-24gb", None, wish={"sequence_len": 8192}, plan={"sequence_len": 8192}
    )
    app = wizard(machine=None, chosen=False, drafts=(d,), resume=True, outside=Slow())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.wizard.session.keeper.resumed)
        go.set()
        await until(pilot, lambda: app.wizard.session.found is not None)
        assert (app.wizard.session.state.preset, values(app)["sequence_len"]) == ("lora-24gb", 8192)


async def test_resume_readapted() -> None:
    go = threading.Event()

    class Slow(RealOutside):
        def probe(self) -> Machine:
            go.wait(10)
            return replace(recorded("t4"), origin="probed", name=None)

    sd = {"bf16": False, "fp16": False, "attn_implementation": "sdpa", "sample_packing": False}
    d = Draft(SAVED, position("method"), "x.yml", "qlora-24gb", None, wish=sd, plan=sd)
    app = wizard(machine=None, drafts=(d,), resume=True, outside=Slow())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.wizard.session.keeper.resumed)
        go.set()
        await until(pilot, lambda: app.wizard.session.found is not None)
        assert values(app)["fp16"] is False


async def test_wrong_hidden_blocks(tmp_path: Path) -> None:
    app = wizard(name="lora-24gb", start="method", target=tmp_path / "a.yml")
    async with app.run_test(size=(80, 50)) as pilot:
        await pilot.pause()
        app.wizard.query_one("#entry-rank").focus()
        await pilot.press("x")
        await pilot.pause()
        await full(app, pilot)
        await pilot.press("ctrl+s")
        await until(pilot, (tmp_path / "a.yml").exists)


@pytest.mark.parametrize("key", ["down", "up"])
async def test_up_down_in_boxes(key: str) -> None:
    app = wizard(start="batch")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        box = app.wizard.query_one("#entry-micro")
        box.focus()
        await pilot.pause()
        await pilot.press(key)
        await pilot.pause()
        assert app.focused is not box


def test_wide() -> None:
    shown, size = TerminalCells(), Size(4, 1)
    a = shown.diff(row("你1  "), CONSOLE, size)
    new = Strip([Segment("好1  ")])
    b = shown.diff(ChopsUpdate([{0: new}], [(0, 0, 4)], [[4]]), CONSOLE, size)
    assert on_a_terminal(a + b, size).buffer[0][0].data == "好"


async def test_target_and_step_not_kept(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    app = wizard(start="batch", outside=folder.outside())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(*"4096")
        await pilot.pause()
        app.wizard.action_go(position("review"))
        await pilot.pause()
        app.wizard.query_one("#target", Input).value = "other.yml"
        await pilot.pause()
        await pilot.press("ctrl+q")
    (d,) = folder.waiting()
    assert (Path(d.target).name, d.step) == ("other.yml", position("review"))


async def test_resumed_sentence() -> None:
    d = Draft(SAVED, position("batch"), "x.yml", "qlora-24gb", None, plan={"lora_r": 5})
    app = wizard(drafts=(d,), resume=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.wizard.session.keeper.resumed)
        await until(pilot, lambda: hint(app) == "Your work is back as you left it.")
        app.wizard.post_message(Hint("what a page says when it is opened, however late"))
        await pilot.pause()
        assert hint(app) == "Your work is back as you left it."
        await pilot.press("tab")
        await until(pilot, lambda: hint(app) != "Your work is back as you left it.")


def test_inf() -> None:
    m = to_mapping(Draft("", 0, "", None, None))
    assert from_mapping({**m, "step": math.inf}) is None


async def test_race() -> None:
    hits = []
    old, threading.excepthook = threading.excepthook, lambda a: hits.append(a.exc_value)

    class Fast(RealOutside):
        def probe(self) -> Machine:
            return here()

    app = wizard(machine=None, outside=Fast())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.2)
    threading.excepthook = old
    assert not hits


async def test_typed_back() -> None:
    app = wizard(start="batch")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(*"2048")
        await pilot.pause()
        assert not app.wizard.session.past


def test_zero_width() -> None:
    size = Size(2, 1)
    assert on_a_terminal(TerminalCells().diff(row("e\u0301x"), CONSOLE, size), size).display == ["éx"]


async def test_one_gpu_choice_lost(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    app = wizard(demo="2xa100-80gb", name="lora-80gb", outside=folder.outside())
    from wizard.ui.messages import MachineChosen

    async with app.run_test(size=(80, 24)) as pilot:
        app.wizard.post_message(MachineChosen(recorded("2xa100-80gb").only(1)))
        await pilot.pause()
    app = wizard(demo="2xa100-80gb", drafts=folder.waiting(), outside=folder.outside(), resume=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.wizard.session.keeper.resumed)
        assert len(app.wizard.session.state.machine.gpus) == 1


async def test_gone_probe_ends_watch() -> None:
    outside = Watched(here())
    app = wizard(machine=None, outside=outside)
    app.watch_every = 0.01
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        outside.ready.set()
        await until(pilot, lambda: app.wizard.session.found is not None)
        outside.now = here("no-gpu")
        await pilot.pause(0.2)
        outside.now = here(gpu0=3)
        try:
            await until(pilot, lambda: app.wizard.session.state.machine.free_bytes == 3 * 2**30, 2)
        except AssertionError:
            app.wizard.draw()
            raise


@pytest.mark.parametrize("gap", [0.0, 0.004, 0.012])
async def test_keys_faster_than_plans_are_all_taken(monkeypatch: pytest.MonkeyPatch, gap: float) -> None:
    change = Conversation.change

    def slow(self: Conversation, *given: Any, **named: Any) -> Result:
        time.sleep(0.03)
        return change(self, *given, **named)

    monkeypatch.setattr(Conversation, "change", slow)
    app = wizard(start="batch")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for key in "40961":
            app.post_message(Key(key, key))
            await asyncio.sleep(gap)
        await until(pilot, lambda: values(app)["sequence_len"] == 40961)
        assert app.wizard.query_one("#entry-length", Input).value == "40961"
        app.wizard.action_undo()
        await pilot.pause()
        assert app.wizard.query_one("#entry-length", Input).value == "2048"
