"""A step is added in one place, and both faces have it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static

from tests.plain.dialogues import opening, talk
from tests.ui.apps import hint, values, wizard
from wizard.questions import steps
from wizard.questions.entries import shown, whole
from wizard.questions.question import Group, Step, TypedQuestion
from wizard.session.draft import Draft, from_mapping, to_mapping
from wizard.ui.commands import QuestionCommands
from wizard.ui.screens.help import HelpScreen
from wizard.ui.screens.welcome import WelcomeScreen
from wizard.ui.widgets.step_bar import StepBar

SEED = TypedQuestion("seed", "Seed", "seed", "Where chance begins.", shown("seed", 42), whole("seed", 0, 9999))
EXTRA = Step("extra", "Extra", "Is there more?", (Group("Chance", (SEED,)),))


@pytest.fixture(autouse=True)
def seventh(monkeypatch: pytest.MonkeyPatch) -> None:
    *before, review = steps.STEPS
    monkeypatch.setattr(steps, "STEPS", (*before, EXTRA, review))


async def test_the_screen_has_it(tmp_path: Path) -> None:
    app = wizard(target=tmp_path / "a.yml")
    async with app.run_test(size=(120, 40)) as pilot:
        bar = app.wizard.query_one(StepBar)
        assert "6 Extra" in bar.lay_out(120)[0].plain
        assert "7 Review" in bar.lay_out(120)[0].plain
        assert "6 Extra" in {name for name, *_ in QuestionCommands(app.wizard).commands()}
        await pilot.press("6")
        assert app.wizard.page.id == "page-extra"
        assert app.wizard.query_one("#entry-seed", Input).has_focus
        assert hint(app) == SEED.help
        await pilot.press(*"77", "pagedown")
        assert app.wizard.page.id == "page-review"
        await pilot.press("1", "pageup", "7")
        assert app.wizard.page.id == "page-review"
        assert values(app)["seed"] == 77
        for screen, words in ((HelpScreen(7), "1 to 7"), (WelcomeScreen(app.wizard.session.steps), "Seven steps")):
            await app.push_screen(screen)
            assert words in str(screen.query_one("#text", Static).content)
            await app.pop_screen()
        await pilot.press("ctrl+s")
    assert "seed: 77" in (tmp_path / "a.yml").read_text()


def test_the_dialogue_has_it(tmp_path: Path) -> None:
    target = tmp_path / "a.yml"
    _, person = talk(opening(target=target), "step 6", "77", "", "help")
    assert "in seven steps" in person.text
    assert "Step 6 of 7: Extra. Is there more?" in person.said
    assert "Step 7 of 7: Review. Is it as you want it?" in person.said
    assert "seed: 77" in target.read_text()
    _, person = talk(opening(), "help", "step 7", "step 8")
    assert "to a step, 1 to 7" in person.text
    assert person.prompts[2] == "Write to [axolotl.yml]: "
    assert "Type step and a number from 1 to 7: step 4." in person.said


def test_a_draft_may_be_at_it() -> None:
    for step in (7, 17):
        draft = from_mapping(to_mapping(Draft("now", step, "x.yml", "mine", None)))
        assert draft is not None
        assert draft.step == 7


def test_a_step_is_told_by_its_place() -> None:
    assert [steps.where(step.id) for step in steps.STEPS] == [f"step {number}" for number in range(1, 9)]
    with pytest.raises(ValueError, match="no-such"):
        steps.position("no-such")
