"""The first frame: what it knows it shows, what it does not know yet it does not deny."""

from __future__ import annotations

import gc

from textual.widgets import ContentSwitcher

from tests.ui.apps import digit, until, wizard
from wizard.questions.steps import STEPS, position
from wizard.review import estimated, review
from wizard.session.conversation import Conversation
from wizard.ui.app import MemwizardApp
from wizard.ui.widgets.finding_list import findings_text
from wizard.ui.widgets.memory_panel import brief, changes_text, memory_text
from wizard.ui.widgets.options import Options


class Slow(MemwizardApp):
    """Notes what its first frame shows."""

    first: tuple[str, str, int] | None = None
    collected: bool | None = None

    def post_display_hook(self) -> None:
        if self._shows and self.first is None and self.wizard.beginning.mounted:
            panel = self.wizard.query_one("#right").query("Lines")
            right = "\n".join(lines.content for lines in panel)  # type: ignore[attr-defined]
            presets = self.wizard.query_one("#presets", Options)
            self.first = right, presets.content, len(self.wizard.query_one(ContentSwitcher).children)
            self.collected = gc.isenabled()
        super().post_display_hook()


async def test_the_first_frame_has_the_estimate_and_awaits_what_the_rules_say() -> None:
    opened = wizard()
    app = Slow(opened.opening, opened.outside)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.whole)
        assert app.first is not None
        right, presets, pages = app.first
        assert "GiB free" in right
        assert "Findings\n…" in right
        assert "Could save\n…" in right
        assert "qlora-24gb" in presets
        assert "fits" not in presets
        assert pages == 1
        assert app.wizard.session.review.judged
        assert "fits" in app.wizard.query_one("#presets", Options).content
        assert len(app.wizard.query_one(ContentSwitcher).children) == len(STEPS)


async def test_what_is_typed_before_every_page_is_there_is_taken_in_its_order() -> None:
    opened = wizard()
    app = MemwizardApp(opened.opening, opened.outside)
    async with app.run_test(size=(80, 24)) as pilot:
        assert not app.whole
        await pilot.press(digit("batch"), "2", "0", "4", "8")
        await until(pilot, lambda: app.wizard.session.state.plan.get("sequence_len") == 2048 and app.whole)
        assert app.wizard.session.step == position("batch")


async def test_leaving_before_every_page_is_there() -> None:
    opened = wizard()
    app = MemwizardApp(opened.opening, opened.outside)
    async with app.run_test(size=(80, 24)):
        assert not app.whole
        app.leave(15)
    assert app.return_code == 143
    assert app.crash is None


def test_not_judged_is_not_none() -> None:
    app = wizard()
    state = Conversation(app.opening, app.outside).state
    begun, judged = (ask(state.plan, state.model, state.machine) for ask in (estimated, review))
    assert (begun.judged, judged.judged) == (False, True)
    assert begun.estimate == judged.estimate
    assert memory_text(begun, 42) == memory_text(judged, 42)
    for draw in (findings_text, changes_text, lambda one: brief(one, 76)):
        assert "…" in draw(begun).plain
        assert not any(word in draw(begun).plain for word in ("none", "no findings", "no change"))


def test_a_conversation_that_is_judged_later_is_judged_as_if_at_once() -> None:
    app = wizard(name="lora-80gb", demo="rtx-3060-12gb")
    later = Conversation(app.opening, app.outside, judged=False)
    assert not later.review.judged
    later.judge()
    assert later.review == Conversation(app.opening, app.outside).review


async def test_the_collector_of_garbage_waits_for_the_first_frame_and_no_longer() -> None:
    opened = wizard()
    app = Slow(opened.opening, opened.outside)
    gc.disable()
    try:
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: app.whole)
            assert app.collected is False
            assert gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()
