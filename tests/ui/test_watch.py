"""Free memory that moves while the person thinks; the probe beside the screen."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.ui.apps import change, hint, until, values, wizard
from wizard.cli.outside import RealOutside
from wizard.domain.machine import Machine
from wizard.knowledge.gpus import named_machine
from wizard.ui.app import MemwizardApp
from wizard.ui.messages import MachineChosen
from wizard.ui.widgets.options import Options
from wizard.world.recorded import recorded

SIZE = (100, 30)
GIB = 2**30


def here(name: str = "rtx-4090", **free: int) -> Machine:
    """A recorded machine as if it were probed; `gpu0=3`: so many GiB are free there."""
    found = replace(recorded(name), origin="probed", name=None)
    gpus = (replace(gpu, free_bytes=free.get(f"gpu{gpu.index}", 20) * GIB) for gpu in found.gpus)
    return replace(found, gpus=tuple(gpus))


class Watched(RealOutside):
    """Answers what the test says, when the screen is there."""

    def __init__(self, now: Machine) -> None:
        super().__init__()
        self.now = now
        self.asked = 0
        self.ready = threading.Event()
        self.thread: threading.Thread | None = None

    def probe(self) -> Machine:
        self.thread = threading.current_thread()
        self.ready.wait(10)
        self.asked += 1
        return self.now

    @property
    def watches(self) -> bool:
        return self.thread is not None and self.thread.is_alive()


@pytest.fixture
def outside() -> Iterator[Watched]:
    made = Watched(here())
    yield made
    made.ready.set()


def watching(outside: Watched, name: str = "qlora-24gb", **more: Any) -> MemwizardApp:
    app = wizard(name=name, outside=outside, machine=None, **more)
    app.watch_every = 0.01
    return app


def fit(app: MemwizardApp) -> str:
    return app.wizard.session.review.fit


async def test_less_free_memory_changes_header_fit_and_sentence_and_no_plan(outside: Watched) -> None:
    app = watching(outside)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "looking for GPUs" in app.wizard.header.content
        outside.ready.set()
        await until(pilot, lambda: "· 20.0 " in app.wizard.header.content)
        assert fit(app) == "fits"
        plan = values(app)
        outside.now = here(gpu0=3)
        await until(pilot, lambda: "· 3.0 " in app.wizard.header.content)
        assert fit(app) == "over"
        assert hint(app) == (
            "Free memory has changed: 3.0 GiB now, 20.0 GiB before. The plan, which was 'fits', is now 'over'."
        )
        assert app.wizard.brief.content.startswith("✗ over")
        assert "3.0 GiB free of" in app.wizard.query_one("#machines", Options).lines[0].label
        assert values(app) == plan
        outside.now = here(gpu0=19)
        await until(pilot, lambda: hint(app).endswith("The plan, which was 'over', is now 'fits'."))
        outside.now = here(gpu0=20)
        await until(pilot, lambda: hint(app) == "Free memory has changed: 20.0 GiB now, 19.0 GiB before.")


async def test_undo_keeps_the_memory_that_is_free_now(outside: Watched) -> None:
    app = watching(outside)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        outside.ready.set()
        await until(pilot, lambda: app.wizard.session.found is not None)
        change(app, app.wizard.session.state.with_fields({"sequence_len": 4096}), "length: 4096")
        outside.now = here(gpu0=3)
        await until(pilot, lambda: fit(app) == "over")
        await pilot.press("ctrl+z")
        assert values(app)["sequence_len"] == 2048
        assert "· 3.0 " in app.wizard.header.content
        assert fit(app) == "over"
        await pilot.press("ctrl+y")
        assert app.wizard.session.state.machine.free_bytes == 3 * GIB


async def test_memory_that_stays_says_and_draws_nothing(outside: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    app = watching(outside)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        outside.ready.set()
        await until(pilot, lambda: app.wizard.session.found is not None)
        said, drawn = hint(app), list[bool]()
        monkeypatch.setattr(app.wizard, "draw", lambda: drawn.append(True))
        for free in (20 * GIB, 20 * GIB + 2**20, 20 * GIB - (63 << 20)):
            outside.now = replace(outside.now, gpus=(replace(outside.now.gpus[0], free_bytes=free),))
            asked = outside.asked
            await until(pilot, lambda asked=asked: outside.asked > asked + 1)  # type: ignore[misc]
        assert not drawn
        assert hint(app) == said
        assert app.wizard.session.state.machine.free_bytes == 20 * GIB


async def test_small_steps_add_up(outside: Watched) -> None:
    app = watching(outside)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        outside.ready.set()
        await until(pilot, lambda: app.wizard.session.found is not None)
        for step in (40, 80):
            free = 20 * GIB - (step << 20)
            outside.now = replace(outside.now, gpus=(replace(outside.now.gpus[0], free_bytes=free),))
            asked = outside.asked
            await until(pilot, lambda asked=asked: outside.asked > asked + 1)  # type: ignore[misc]
        assert app.wizard.session.state.machine.free_bytes == 20 * GIB - (80 << 20)


async def test_one_gpu_of_several_is_watched_alone(outside: Watched) -> None:
    outside.now = here("2xa100-80gb", gpu0=70, gpu1=70)
    app = watching(outside, "lora-80gb")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        outside.ready.set()
        await until(pilot, lambda: app.wizard.session.found is not None)
        app.wizard.post_message(MachineChosen(outside.now.only(1)))
        await until(pilot, lambda: len(app.wizard.session.state.machine.gpus) == 1)
        outside.now = here("2xa100-80gb", gpu0=5, gpu1=60)
        await until(pilot, lambda: hint(app).startswith("Free memory has changed: 60.0 GiB now, 70.0 GiB before."))
        assert [gpu.index for gpu in app.wizard.session.state.machine.gpus] == [1]
        labels = [line.label for line in app.wizard.query_one("#machines", Options).lines]
        assert labels[0] == "this machine: 2× A100-SXM4-80GB, 5.0 GiB free of 80.0 GiB"


@pytest.mark.parametrize("now", [here("2xa100-80gb"), here("no-gpu"), here("gb10")], ids=["two", "none", "one"])
async def test_another_number_of_gpus_or_none_leaves_the_plan_alone(now: Machine, outside: Watched) -> None:
    outside.now = here("8xh100-80gb")
    app = watching(outside, "lora-80gb")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        outside.ready.set()
        await until(pilot, lambda: app.wizard.session.found is not None)
        state, said, asked = app.wizard.session.state, hint(app), outside.asked
        outside.now = now
        await until(pilot, lambda: outside.asked > asked + 1 or not outside.watches)
        assert app.wizard.session.state == state
        assert hint(app) == said
        await pilot.press("pagedown", "pageup")
        assert "8× H100" in app.wizard.header.content


async def test_a_named_machine_is_not_touched(outside: Watched) -> None:
    app = watching(outside)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        outside.ready.set()
        await until(pilot, lambda: app.wizard.session.found is not None)
        app.wizard.post_message(MachineChosen(named_machine("t4")))
        await until(pilot, lambda: app.wizard.session.state.machine.origin == "named")
        asked = outside.asked
        outside.now = here(gpu0=3)
        await until(pilot, lambda: outside.asked > asked + 1)
        assert "Tesla T4 · 14.6 of 15.0 " in app.wizard.header.content
        assert app.wizard.session.found == outside.now


async def test_no_gpu_is_asked_for_once(outside: Watched) -> None:
    outside.now = here("no-gpu")
    app = watching(outside)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        outside.ready.set()
        await until(pilot, lambda: "no GPU known" in app.wizard.header.content)
        assert outside.thread is not None
        outside.thread.join(5)
        assert outside.asked == 1


async def test_leaving_ends_the_watch(outside: Watched) -> None:
    app = watching(outside)
    app.watch_every = 60
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        outside.ready.set()
        await until(pilot, lambda: app.wizard.session.found is not None)
    assert outside.thread is not None
    began = time.monotonic()
    outside.thread.join(20)
    assert not outside.watches
    assert time.monotonic() - began < 10


async def test_a_machine_chosen_before_the_answer_stays(outside: Watched) -> None:
    app = watching(outside)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.wizard.post_message(MachineChosen(named_machine("t4")))
        await until(pilot, lambda: app.wizard.session.state.machine.origin == "named")
        outside.ready.set()
        await until(pilot, lambda: app.wizard.session.found is not None)
        assert app.wizard.session.state.machine.title == "Tesla T4"


@pytest.mark.parametrize("answered", [False, True])
async def test_a_start_that_suits_is_taken_unless_something_was_answered(answered: bool, outside: Watched) -> None:
    outside.now = here("rtx-3060-12gb", gpu0=11)
    app = watching(outside, "lora-80gb", chosen=False)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        if answered:
            change(app, app.wizard.session.state.with_fields({"lora_r": 8}), "rank: 8")
        outside.ready.set()
        await until(pilot, lambda: app.wizard.session.found is not None)
        assert app.wizard.session.state.preset == ("lora-80gb" if answered else "qlora-12gb")
        assert app.wizard.session.state.machine.gpus
