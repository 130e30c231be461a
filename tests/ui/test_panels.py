"""What is drawn: lines, memory, the file, steps, keys, columns, ASCII, colours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.widgets import DataTable

from tests.builders import FULL, LORA, reviewed
from tests.ui.apps import ONE_GPU, change, digit, until, wizard
from tests.ui.test_keys import SCREENS
from wizard.domain.ascii import as_ascii
from wizard.domain.estimate import COMPONENTS
from wizard.domain.plan import Plan
from wizard.questions.steps import position
from wizard.review import Review, review
from wizard.ui.app import MemwizardApp
from wizard.ui.look import Look
from wizard.ui.symbols import UNICODE
from wizard.ui.themes import ANSI, NAMES, fitting_theme
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.memory_panel import added_text, bar, brief, changes_text, evaluation, memory_text, recent_text
from wizard.ui.widgets.step_bar import StepBar
from wizard.ui.widgets.yaml_panel import YamlPanel, touched
from wizard.world.preferences import THEMES

# Lines


class Sheet(App[None]):
    """Lines of each kind."""

    CSS = "#low { max-height: 2; }"

    def compose(self) -> ComposeResult:
        yield Lines(id="cut")
        yield Lines(id="wrapped", wraps=True)
        yield Lines(id="low", wraps=True)


def drawn(lines: Lines) -> list[str]:
    return [lines.render_line(row).text for row in range(lines.content_size.height)]


async def test_a_long_line_is_cut_or_wrapped_and_follows_the_width() -> None:
    app = Sheet()
    async with app.run_test(size=(12, 20)) as pilot:
        cut, wrapped, low = (app.query_one(f"#{name}", Lines) for name in ("cut", "wrapped", "low"))
        for one in (cut, wrapped, low):
            one.put("a first line\nsome words that are too long")
        await until(pilot, lambda: drawn(cut) == ["a first line", "some words …"])
        whole = ["a first line", "some words", "that are too", "long"]
        await until(pilot, lambda: [line.rstrip() for line in drawn(wrapped)] == whole)
        await until(pilot, lambda: drawn(low) == ["a first line", "some words …"])
        await pilot.resize_terminal(30, 20)
        whole = ["a first line", "some words that are too long"]
        await until(pilot, lambda: [line.rstrip() for line in drawn(cut)] == whole)
        await until(pilot, lambda: drawn(cut) == drawn(wrapped) == drawn(low))
        await pilot.resize_terminal(8, 20)
        await until(pilot, lambda: drawn(cut) == ["a first…", "some wo…"])
        text = "a first line some words that are too long"
        await until(pilot, lambda: " ".join(" ".join(drawn(wrapped)).split()) == text)


async def test_blank_lines_and_wide_characters_keep_their_cells() -> None:
    app = Sheet()
    async with app.run_test(size=(11, 20)) as pilot:
        lines = app.query_one("#cut", Lines)
        lines.put("模型模型模型\n\na模型模型模型\n")
        await until(pilot, lambda: [cell_len(line) for line in drawn(lines)] == [11] * 4)
        assert drawn(lines)[0] == "模型模型模…"
        assert lines.content == "模型模型模型\n\na模型模型模型\n"


async def test_only_what_differs_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Sheet()
    async with app.run_test(size=(40, 20)) as pilot:
        lines = app.query_one("#cut", Lines)
        lines.put("need 14.1 GiB\nfits")
        await until(pilot, lambda: [line.rstrip() for line in drawn(lines)] == ["need 14.1 GiB", "fits"])
        asked: list[tuple[Region, ...]] = []
        monkeypatch.setattr(lines, "refresh", lambda *regions, **_: asked.append(regions))
        lines.put("need 14.1 GiB\nfits")
        assert not asked
        lines.put(Text("need 15.1 GiB\nover"))
        assert asked.pop() == (Region(0, 0, 40, 1), Region(0, 1, 40, 1))
        lines.put(Text("need 15.1 GiB\nno"))
        assert asked.pop() == (Region(0, 1, 40, 1),)
        lines.put(Text.assemble(("need 15.1 GiB\nno", "bold")))
        assert len(asked.pop()) == 2
        lines.put("one line")
        assert asked.pop() == ()
        assert lines.content == "one line"


# The file


def test_what_the_last_change_touched_is_marked_and_comments_are_not() -> None:
    before = ["# head", "a: 1  # why", "b:", "  - x", "  - y", "c: 3"]
    assert touched(before, before) == frozenset()
    assert touched(before, ["# another head", "a: 1  # another", *before[2:]]) == frozenset()
    assert touched(before, ["# head", "a: 2  # why", *before[2:]]) == {1}
    assert touched(before, [*before[:4], "  - z", "  - y", "c: 3"]) == {4}
    assert touched(before, before[:2]) == frozenset()
    assert touched(before, [*before, "d: 4"]) == {6}
    assert touched([], ["# head", "a: 1"]) == {1}


async def test_the_file_beside_the_form_marks_the_last_change_and_scrolls_there() -> None:
    app = wizard(start="method")
    async with app.run_test(size=(160, 30)) as pilot:
        panel = app.wizard.query_one("#right").query_one(YamlPanel)
        content = panel.query_one(Lines)
        await until(pilot, lambda: panel.size and content.content)

        def marked() -> list[str]:
            lines = (line.partition("  #")[0].rstrip() for line in content.content.splitlines())
            return [line for line in lines if line.startswith("▸")]

        assert not marked()
        assert [line[1:] for line in content.content.splitlines()] == app.wizard.session.rendered().splitlines()
        change(app, app.wizard.session.state.with_fields({"lora_r": 8, "logging_steps": 7}), "two fields")
        await until(pilot, lambda: marked() == ["▸lora_r: 8", "▸logging_steps: 7"])
        change(app, app.wizard.session.state.with_fields({"logging_steps": 8}), "one field")
        await until(pilot, lambda: panel.scroll_y > 0)
        assert marked() == ["▸logging_steps: 8"]


# Memory


def test_evaluation_has_a_line_of_its_own() -> None:
    assert "\nevaluation: none" in memory_text(reviewed(LORA, "rtx-4090"), 40).plain
    evaluated = reviewed(LORA, "rtx-4090", val_set_size=0.1)
    assert evaluated.estimate is not None
    needs = evaluated.estimate.phases["eval"]
    text = evaluation(evaluated.estimate)
    assert text.startswith(f"evaluation: {needs / 2**30:.1f} of tensors, ")
    assert text.endswith("more than training" if evaluated.estimate.worst_phase == "eval" else "less than training")
    assert f"\n{text}" in memory_text(evaluated, 40).plain


REVIEWS = [reviewed(LORA, "rtx-4090"), reviewed(FULL, "rtx-4090"), reviewed(LORA, "rtx-4090", sequence_len=60000)]


@settings(deadline=None)
@given(st.sampled_from(REVIEWS), st.none() | st.integers(0, 2**38), st.integers(8, 120))
def test_the_bar_is_as_long_as_it_should_and_marks_the_free_memory(seen: Review, free: int | None, width: int) -> None:
    assert seen.estimate is not None
    text = bar(seen.estimate, free, width).plain
    assert len(text) == width
    assert text.count(UNICODE.limit) == (free is not None)
    if free is not None:
        scale = max(free, seen.estimate.device.likely)
        assert text.index(UNICODE.limit) == min(width - 1, round(width * free / scale))
    if free is None or free < seen.estimate.device.likely:
        assert UNICODE.free not in text[: width - len(COMPONENTS)]


@pytest.mark.parametrize("gpu", ["rtx-4090", "4GiB", None])
def test_the_panel_tells_fit_need_and_worst_phase(gpu: str | None) -> None:
    seen = reviewed(LORA, gpu)
    assert seen.estimate is not None
    likely = f"{seen.estimate.device.likely / 2**30:.1f}"
    for text in (memory_text(seen, 40).plain, brief(seen, 76).plain):
        assert f"{UNICODE.fit[seen.fit]} {seen.fit}" in text
        assert likely in text
        assert seen.estimate.worst_phase in text
        assert ("GiB needed" in text) is (gpu is None)
    assert len(brief(seen, 76).plain.splitlines()) == 3
    assert cell_len(brief(seen, 76).plain.splitlines()[0]) <= 76


def test_an_unknown_model_has_no_figures() -> None:
    unknown = review(Plan({"base_model": "no/such"}), None, None)
    assert memory_text(unknown, 40).plain == brief(unknown, 40).plain
    assert changes_text(unknown).plain == "no change saves memory"


def test_the_last_changes_are_told_with_what_each_did() -> None:
    assert recent_text([]).plain == ""
    told = recent_text([("rank: 64", 3 * 2**29), ("loss", -(2**30)), ("path", None)]).plain
    assert told == "rank: 64: +1.5 GiB\nloss: -1.0 GiB\npath"
    assert added_text(0) == ": no change"


async def test_the_last_changes_stand_in_the_panel_and_in_the_brief() -> None:
    app = wizard(start="method")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.wizard.query_one("#recent", Lines).size)
        assert not app.wizard.query_one("#recent-title").display, "nothing has changed yet"
        for length in (4096, 8192):
            change(app, app.wizard.session.state.with_fields({"sequence_len": length}), f"length: {length}")
        recent = app.wizard.query_one("#recent", Lines).content.splitlines()
        assert app.wizard.query_one("#recent-title").display
        assert [line.rpartition(":")[0] for line in recent] == ["length: 8192", "length: 4096"]
        assert all("+" in line for line in recent)
        await pilot.press("f10")
        await until(pilot, lambda: "last change" in app.wizard.brief.content)


# Steps, keys, columns


@pytest.mark.parametrize("width", [40, 60, 80, 120])
async def test_only_the_present_step_has_its_title_where_it_is_narrow(width: int) -> None:
    app = wizard(start="batch")
    async with app.run_test(size=(width, 24)) as pilot:
        await until(pilot, lambda: len(drawn(app.wizard.query_one(StepBar))) == 1)
        (line,) = drawn(app.wizard.query_one(StepBar))
        assert [step.title for step in ONE_GPU if step.title in line] == (
            [step.title for step in ONE_GPU] if width >= 80 else ["Batch"]
        )
        assert f"{digit('batch')} Batch ●" in line
        assert f" {len(ONE_GPU)} " in line
        app.wizard.action_go(position("data"))
        (line,) = drawn(app.wizard.query_one(StepBar))
        assert (f"{digit('batch')} Batch ✓" if width >= 80 else f"{digit('batch')} ✓") in line
        assert f"{digit('data')} Data ●" in line


async def test_the_key_line_is_never_wider_than_the_screen_and_ends_with_the_last_key() -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        line = app.wizard.query_one(KeyLine)
        await until(pilot, lambda: line.size)
        before = 0
        for width in range(20, 201):
            shown = line.line(width).plain
            assert cell_len(shown) <= width
            assert shown.endswith("^p all ")
            assert len(shown) >= before
            before = len(shown)
        assert "PgDn next " in line.line(20).plain
        assert all(f"{key.description} " in line.line(200).plain for key in line.keys)
        for screen in SCREENS:
            over = KeyLine(screen.BINDINGS)
            last = over.keys[-1].description
            assert all(over.line(width).plain.endswith(f" {last} ") for width in range(20, 201))
            assert all(cell_len(over.line(width).plain) <= width for width in range(30, 201))


@pytest.mark.parametrize("width", [60, 200])
async def test_the_models_need_no_sideways_scroll(width: int) -> None:
    app = wizard(start="model")
    async with app.run_test(size=(width, 24)) as pilot:
        table = app.wizard.query_one(DataTable)
        await until(pilot, lambda: table.row_count > 100 and table.virtual_size.height > 100)
        assert table.virtual_size.width <= table.size.width
        assert table.max_scroll_x == 0
        assert str(table.get_row_at(0)[3]) == "✓ fits"
        longest = max(len(str(table.get_row_at(number)[1])) for number in range(table.row_count))
        assert longest <= list(table.columns.values())[1].width


# ASCII and colours


def signs() -> Iterator[str]:
    """Every mark."""
    for one in fields(UNICODE):
        value = getattr(UNICODE, one.name)
        yield from value.values() if isinstance(value, dict) else [value]


def test_marks_beside_each_other_have_different_ascii_signs() -> None:
    assert all(as_ascii(mark).isascii() and len(as_ascii(mark)) == len(mark) for mark in signs())
    for group in (
        UNICODE.fit.values(),
        UNICODE.severity.values(),
        (*UNICODE.components.values(), UNICODE.free, UNICODE.limit),
        (UNICODE.chosen, UNICODE.open),
        (UNICODE.done, UNICODE.here, " "),
        (UNICODE.pointer, " "),
    ):
        assert len({as_ascii(mark) for mark in group}) == len(list(group))


@settings(deadline=None)
@given(st.lists(st.sampled_from([*"ab é模🚀─│╭█▓…×–", *signs()]), max_size=30).map("".join))
def test_ascii_is_as_wide_as_what_it_stands_for(text: str) -> None:
    assert as_ascii(text).isascii()
    assert cell_len(as_ascii(text)) == cell_len(text)


def seen(app: App[None]) -> str:
    """All that the terminal is sent."""
    return "\n".join(one.text for one in app.screen._compositor.render_strips())


def shows(app: App[None], *words: str) -> bool:
    return all(word in seen(app) for word in words)


def in_ascii() -> MemwizardApp:
    return wizard(demo="rtx-3060-12gb", name="lora-24gb", look=Look(ascii=True))


async def test_nothing_but_ascii_is_sent_where_that_is_wanted() -> None:
    app = in_ascii()
    async with app.run_test(size=(160, 40)) as pilot:
        for step in ONE_GPU:
            app.wizard.action_go(position(step.id))
            here = f"{step.title} {as_ascii(UNICODE.here)}"
            await until(pilot, partial(shows, app, here, "x over"))
            assert seen(app).isascii()


async def test_screens_over_the_wizard_are_in_ascii_too() -> None:
    app = in_ascii()
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("f1", "f2", "f3", "f4", "ctrl+p"):
            await pilot.press(key)
            await until(pilot, lambda: app.screen is not app.wizard and seen(app).strip())
            assert seen(app).isascii()
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.wizard)


async def test_the_drawing_is_not_ascii_otherwise() -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "✓ fits" in seen(app))


def test_the_themes_are_those_that_the_settings_take() -> None:
    assert NAMES == THEMES
    assert ANSI in NAMES


@pytest.mark.parametrize(
    ("environment", "theme"),
    [
        ({}, "dark"), ({"TERM": "xterm-256color"}, "dark"), ({"TERM": "xterm-kitty"}, "dark"),
        ({"TERM": "linux"}, ANSI), ({"TERM": "xterm"}, ANSI), ({"TERM": "screen"}, ANSI), ({"TERM": "vt220"}, ANSI),
        ({"TERM": "tmux-256color"}, "dark"), ({"TERM": "xterm", "COLORTERM": "truecolor"}, "dark"),
        ({"TERM": "xterm", "COLORTERM": "24bit"}, "dark"), ({"TERM": "xterm-direct"}, "dark"),
    ],
    ids=str,
)  # fmt: skip
def test_a_terminal_of_few_colours_gets_the_theme_for_it(environment: dict[str, str], theme: str) -> None:
    assert fitting_theme(environment) == theme


@pytest.mark.parametrize("look", [Look("light"), Look("contrast"), Look("light", colourless=True)], ids=str)
async def test_the_theme_that_is_wanted_is_taken(look: Look) -> None:
    app = wizard(look=look)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.theme == (ANSI if look.colourless else look.theme))
