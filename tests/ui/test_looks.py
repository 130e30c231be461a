"""What is told apart by its looks, and what is not said twice or for nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from tests.builders import LORA, reviewed
from tests.ui.apps import on_screen, until, wizard
from wizard.domain.estimate import COMPONENTS, PHASES
from wizard.knowledge.gpus import named_machine
from wizard.questions.steps import STEPS
from wizard.ui.screens.fit import heated
from wizard.ui.widgets.group import GroupTitle
from wizard.ui.widgets.heading import heading
from wizard.ui.widgets.memory_panel import brief, in_columns
from wizard.ui.widgets.yaml_panel import fitting


def test_a_change_that_moves_no_memory_is_not_told_as_one() -> None:
    review = reviewed(LORA)
    assert "last change" not in brief(review, 76, [("seed: 7", 0)]).plain
    assert "last change" not in brief(review, 76, [("seed: 7", 2**20)]).plain
    assert "last change" not in brief(review, 76, [("seed: 7", None)]).plain
    assert brief(review, 76, [("rank: 8", -(2**30))]).plain.endswith("last change -1.0 GiB")


def test_the_map_tells_what_fits_from_afar_and_keeps_its_words() -> None:
    table = "model           512     1k\nphi-1_5  over  12  tight\nLFM2  3     -"
    text = heated(table)
    assert text.plain == table
    styled = {(text.plain[span.start : span.end], str(span.style)) for span in text.spans if span.style}
    assert {("over", "red"), ("tight", "yellow"), ("3", "green"), ("12", "bold")} <= styled
    assert not [word for word, _ in styled if word in ("1_5", "2", "LFM2")]


@pytest.mark.parametrize("size", [(120, 40), (160, 45)])
async def test_a_wizard_that_opens_on_the_review_shows_the_file_once(size: tuple[int, int]) -> None:
    app = wizard(start="review")
    async with app.run_test(size=size):
        assert "\n".join(on_screen(app)).count("# Written by") == 1


FIGURES = st.floats(0.05, 9999).map(lambda size: f"{size:.1f}")


@given(
    st.lists(st.tuples(st.sampled_from((*COMPONENTS, *PHASES)), FIGURES), min_size=1, max_size=10),
    st.integers(20, 200),
)
def test_no_part_of_a_legend_is_broken_and_its_figures_end_below_each_other(
    parts: list[tuple[str, str]], width: int
) -> None:
    lines = in_columns([(Text(name), figure) for name, figure in parts], width).plain.splitlines()
    assert all(len(line) <= width for line in lines)
    words = [word for line in lines for word in line.split()]
    assert words == [word for part in parts for word in part]
    ends = [{end for end in range(1, len(line) + 1) if line[end - 1].isdigit() and line[end : end + 1] in ("", " ")}
            for line in lines]  # fmt: skip
    assert all(each <= ends[0] for each in ends)


@given(st.sampled_from(("Rows at once", "The file")), st.integers(20, 200))
def test_a_title_stands_in_a_rule_as_wide_as_there_is_room(title: str, width: int) -> None:
    drawn = heading(title, width).plain
    assert len(drawn) == width
    assert drawn.strip("─ ") == title


def test_a_comment_of_the_file_is_left_out_where_little_of_it_could_be_read() -> None:
    line = Text("lora_r: 32     # 87 million are trained")
    assert fitting(line, 80).plain == line.plain
    assert fitting(line, len(line.plain)).plain == line.plain
    assert fitting(line, len(line.plain) - 3).plain == line.plain, "it is cut where it is seen that more comes"
    assert fitting(line, 20).plain == "lora_r: 32"
    alone = Text("# A remark that has a line of its own")
    assert fitting(alone, 20).plain == alone.plain


WIDE = ((80, 24), (120, 40), (140, 40), (160, 45), (200, 60))


@pytest.mark.parametrize("size", WIDE, ids=str)
async def test_figures_of_answers_end_below_each_other_and_none_is_cut(size: tuple[int, int]) -> None:
    app = wizard(start="batch")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.wizard.session.review.judged)
        await pilot.pause()
        left = app.wizard.query_one("#left").size.width
        assert left >= 80
        lines = [line[:left] for line in on_screen(app)[2:-5]]
        assert sum("×2" in line for line in lines) == 2
        assert len({line.rindex("GiB") for line in lines if "GiB" in line}) == 1
        assert not [line for line in lines if "…" in line]


@pytest.mark.parametrize("step", ["method", "batch", "data"])
async def test_the_titles_of_a_step_are_there_with_their_questions(step: str) -> None:
    app = wizard(start=step)
    async with app.run_test(size=(120, 60)) as pilot:
        await until(pilot, lambda: app.wizard.session.review.judged)
        page = app.wizard.page
        for title in page.query_children(GroupTitle):
            assert title.display == any(one.display for one in title.fields)
            assert any(f"── {title.title} ─" in line for line in on_screen(app)) == title.display


async def test_a_group_whose_questions_do_not_arise_has_no_title() -> None:
    app = wizard(start="data", name="pretrain-full-80gb")
    async with app.run_test(size=(80, 50)) as pilot:
        await until(pilot, lambda: app.wizard.session.review.judged)
        assert any("── The rows ─" in line for line in on_screen(app))
        assert not any("── What is learned of them ─" in line for line in on_screen(app))


async def test_with_several_gpus_every_step_is_named_at_80_columns() -> None:
    app = wizard(start="division", machine=named_machine("8xh100-80gb"))
    async with app.run_test(size=(80, 24)):
        line = on_screen(app)[1]
        assert [step.title for step in STEPS if step.title not in line] == []
