"""Findings stand under the questions they name; fixes are taken there, or all safe ones together."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.ui.apps import focused_finding, hint, own_wizard, take_fix, until, values, wizard
from wizard.domain.finding import Finding, Fix, Severity
from wizard.questions.steps import position
from wizard.ui.app import MemwizardApp
from wizard.ui.widgets.choice_field import ChoiceField
from wizard.ui.widgets.entry_field import EntryField
from wizard.ui.widgets.finding_line import FindingLine, beside, told
from wizard.ui.widgets.options import Options
from wizard.world.presets import preset

SIZE = (100, 60)
BAD: dict[str, object] = {
    "load_in_4bit": False,  # MW312, an error of adapter
    "lora_r": None,  # MW330, a warning of lora_r
    "flash_attention": True,  # MW450, an error of attn_implementation with a safe fix
    "pad_to_sequence_len": False,  # MW103, a warning whose fix is safe with packing; no question asks for it
    "sample_packing": False,
    "eval_sample_packing": None,
}
PLACES = {"adapter": "MW312", "rank": "MW330", "attention": "MW450"}


def bad(folder: Path, start: str = "method", **other: object) -> MemwizardApp:
    plan = {**preset("qlora-24gb").plan.values, **BAD, **other}
    return own_wizard(folder / "mine.yml", yaml.safe_dump(plan, sort_keys=False), start=start)


def found(app: MemwizardApp) -> set[str]:
    return {finding.code for finding in app.wizard.session.review.findings}


def lines(app: MemwizardApp) -> dict[str, str]:
    """The code beside each question of the page that has one."""
    fields = [*app.wizard.page.query(ChoiceField), *app.wizard.page.query(EntryField)]
    return {field.question.id: field.finding.code for field in fields if field.finding is not None}


async def test_a_finding_stands_under_the_question_it_names(tmp_path: Path) -> None:
    app = bad(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert found(app) >= {*PLACES.values(), "MW103"}
        assert lines(app) == {"adapter": "MW312", "rank": "MW330"}
        line = app.wizard.query_one("#question-adapter").query_one(FindingLine)
        assert line.display
        assert line.content.startswith("✗ MW312 adapter qlora ")
        assert line.content.endswith("  ^f, unsafe: load_in_4bit: true")
        assert not app.wizard.query_one("#question-alpha").query_one(FindingLine).display
        app.wizard.action_go(position("batch"))
        await pilot.pause()
        assert lines(app) == {"attention": "MW450"}


@pytest.mark.parametrize(("question", "code"), PLACES.items())
async def test_the_fix_key_takes_the_fix_of_the_question(question: str, code: str, tmp_path: Path) -> None:
    app = bad(tmp_path, start="batch" if question == "attention" else "method")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.wizard.query_one(f"#question-{question}").query("Options, Input").first().focus()
        await pilot.pause()
        finding = focused_finding(app)
        assert finding is not None
        assert finding.code == code
        assert hint(app) == told(finding)
        before = found(app)
        await take_fix(app, pilot)
        assert before - found(app) == {code}
        assert hint(app).startswith(f"{code} fixed: ")
        assert lines(app).get(question) != code
        await pilot.press("ctrl+z")
        assert found(app) == before
        assert lines(app)[question] == code


async def test_without_a_finding_there_the_gravest_fix_is_taken(tmp_path: Path) -> None:
    app = bad(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.wizard.query_one("#entry-alpha").focus()
        await take_fix(app, pilot)
        assert {"MW312", "MW450"} - found(app)
        assert "MW330" in found(app)


async def test_a_finding_without_a_fix_does_not_stop_the_key(tmp_path: Path) -> None:
    app = bad(tmp_path, start="data", datasets=[])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        finding = focused_finding(app)
        assert finding is not None
        assert finding.fix is None
        assert "^f" not in app.wizard.query_one("#question-path").query_one(FindingLine).content
        await take_fix(app, pilot)
        assert len(app.wizard.session.past) == 1
        assert finding.code in found(app)


async def test_all_safe_fixes_are_one_change(tmp_path: Path) -> None:
    app = bad(tmp_path, sample_packing=True)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        before, first = found(app), values(app)
        await pilot.press("ctrl+g")
        assert before - found(app) == {"MW450", "MW103"}
        assert values(app)["load_in_4bit"] is False
        assert "MW450" in hint(app)
        assert "MW103" in hint(app)
        assert len(app.wizard.session.past) == 1
        await pilot.press("ctrl+z")
        assert values(app) == first
        assert found(app) == before
        await pilot.press("ctrl+y")
        assert before - found(app) == {"MW450", "MW103"}


async def test_nothing_to_fix_says_so() -> None:
    app = wizard(start="method")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert not found(app)
        await pilot.press("ctrl+f")
        assert hint(app) == "There is nothing to fix."
        await pilot.press("ctrl+g")
        assert hint(app) == "There is no safe fix to take."
        await pilot.press("ctrl+z")
        assert hint(app) == "There is nothing to undo."
        await pilot.press("ctrl+y")
        assert hint(app) == "There is nothing to do again."
        assert not app.wizard.session.past


async def test_the_help_line_tells_the_finding_on_the_chosen_answer_and_the_others_as_they_are(tmp_path: Path) -> None:
    app = bad(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("tab")
        assert app.focused is app.wizard.query_one("#options-adapter", Options)
        assert hint(app).startswith("✗ MW312: ")
        assert " ^f, unsafe: " in hint(app)
        await pilot.press("down")
        assert hint(app).startswith("LoRA: ")
        await pilot.press("up")
        assert hint(app).startswith("✗ MW312: ")


async def test_a_finding_goes_when_the_answer_changes(tmp_path: Path) -> None:
    app = bad(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.wizard.query_one("#entry-rank").focus()
        await pilot.press(*"16")
        await until(pilot, lambda: "MW330" not in found(app))
        assert not app.wizard.query_one("#question-rank").query_one(FindingLine).display


def finding(code: str, severity: Severity, *fields: str, fix: Fix | None = None) -> Finding:
    return Finding(code, code, severity, f"about {code}", fields, "a source", fix)


def test_the_gravest_stands_at_the_first_question_that_it_names() -> None:
    hinted, warned = finding("A", "hint", "lora_r"), finding("B", "warning", "lora_r", "adapter")
    broken = finding("C", "error", "not_asked", "lora_r", "adapter")
    other = finding("D", "warning", "adapter", "lora_r")
    assert beside("lora_r", [hinted]) is hinted
    assert beside("lora_r", [hinted, warned]) is warned
    assert beside("lora_r", [hinted, warned, broken]) is broken
    assert beside("adapter", [hinted, warned, broken, other]) is other
    assert beside("lora_alpha", [hinted, warned, broken, other]) is None
    assert beside("datasets.type", [finding("E", "error", "datasets")]) is not None


def test_a_finding_is_told_with_its_fix_and_what_that_saves() -> None:
    assert told(finding("A", "warning", "x")) == "! A: about A."
    fix = Fix({"x": 1}, "safe", "set x to 1", 2**30)
    assert told(finding("A", "error", "x", fix=fix)) == "✗ A: about A. ^f: set x to 1, saves 1.0 GiB."
