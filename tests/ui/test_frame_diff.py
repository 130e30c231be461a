"""Only the cells that differ are sent, and a terminal shows what it would if all were."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region, Size
from textual.strip import Strip

from wizard.ui.frame_diff import TerminalCells, changed_spans

two_rows = st.integers(0, 60).flatmap(
    lambda length: st.tuples(*[st.lists(st.sampled_from("ab"), min_size=length, max_size=length)] * 2)
)


@settings(deadline=None)
@given(two_rows)
def test_the_stretches_hold_every_cell_that_differs_and_no_more_than_needed(both: tuple[list[str], list[str]]) -> None:
    old, new = both
    found = changed_spans(old, new)
    inside = {place for start, end in found for place in range(start, end)}
    assert inside >= {place for place in range(len(old)) if old[place] != new[place]}
    assert all(old[start] != new[start] and old[end - 1] != new[end - 1] for start, end in found)
    assert all(later[0] - earlier[1] > 6 for earlier, later in itertools.pairwise(found))


def test_near_stretches_are_one() -> None:
    assert changed_spans("aaaaaaaaaa", "aaaaaaaaaa") == []
    assert changed_spans("abcdefgh", "Xbcdefgh") == [(0, 1)]
    assert changed_spans("abcdefgh", "XbcdefgX") == [(0, 8)]
    assert changed_spans("abcdefghi", "XbcdefghX") == [(0, 1), (8, 9)]


CONSOLE = Console(force_terminal=True, color_system="truecolor", width=200, legacy_windows=False, _environ={})
STYLES = [
    Style(), Style(bold=True), Style(color="#ff0000"), Style(color="#00ff00", bgcolor="#000080", reverse=True),
    Style(color="#00ff00", bgcolor="#000080"), Style(color="#ff0000", bgcolor="#000080"), Style(bgcolor="#000080"),
    Style(color="#ff0000", bold=True), Style(color="#00ff00", bgcolor="#000080", bold=True),
]  # fmt: skip
Cell = tuple[str, int]
"""A character, none in the second cell of a wide one, and the number of its style."""
Grid = list[list[Cell]]
Update = LayoutUpdate | ChopsUpdate


@st.composite
def stretches(draw: st.DrawFn, width: int) -> list[Cell]:
    """So many cells."""
    cells: list[Cell] = []
    while len(cells) < width:
        character = draw(st.sampled_from("  ab1é─█模🚀"))
        style = draw(st.sampled_from([0, *range(len(STYLES))]))
        wide = cell_len(character) == 2
        if wide and len(cells) + 2 > width:
            character, wide = "x", False
        cells += [(character, style), ("", style)] if wide else [(character, style)]
    return cells


def strip(cells: Sequence[Cell]) -> Strip:
    return Strip([Segment(character, STYLES[style]) for character, style in cells if character], len(cells))


def ends(cells: Sequence[Cell]) -> list[int]:
    """Where a row may be cut: not within a wide character."""
    return [place for place in range(len(cells) + 1) if place == len(cells) or cells[place][0]]


def whole(grid: Grid) -> LayoutUpdate:
    return LayoutUpdate([[strip(row)] for row in grid], Region(0, 0, len(grid[0]), len(grid)))


def on_a_terminal(sequences: str, size: Size) -> pyte.Screen:
    screen = pyte.Screen(*size)
    pyte.Stream(screen).feed(sequences)
    return screen


@st.composite
def updates(draw: st.DrawFn) -> tuple[Size, list[tuple[Update | None, Grid]]]:
    """A size; updates of two widgets beside each other and the screen after each; None: all is forgotten."""
    left, right, height = draw(st.integers(1, 14)), draw(st.integers(1, 14)), draw(st.integers(1, 3))
    grid: Grid = [draw(stretches(left)) + draw(stretches(right)) for _ in range(height)]
    made: list[tuple[Update | None, Grid]] = [(whole(grid), grid)]
    for kind in draw(st.lists(st.sampled_from(["whole", "widget", "spans", "spans", "forget"]), max_size=5)):
        grid = [list(row) for row in grid]
        if kind == "whole":
            for y in range(height):
                if draw(st.booleans()):
                    grid[y] = draw(stretches(left)) + draw(stretches(right))
            made.append((whole(grid), grid))
        elif kind == "widget":
            for y in range(height):
                grid[y][left:] = draw(stretches(right))
            made.append((LayoutUpdate([[strip(row[left:])] for row in grid], Region(left, 0, right, height)), grid))
        elif kind == "spans":
            spans = []
            for y in draw(st.lists(st.integers(0, height - 1), unique=True, min_size=1)):
                first, last = sorted(draw(st.tuples(*[st.sampled_from(ends(grid[y]))] * 2)))
                last = min(last, left) if first < left else last
                grid[y][first:last] = draw(stretches(last - first))
                spans.append((y, first, last))
            chops = [{0: strip(row[:left]), left: strip(row[left:])} for row in grid]
            made.append((ChopsUpdate(chops, sorted(spans), [[left, left + right]] * height), grid))
        else:
            made += [(None, grid), (whole(grid), grid)]
    return Size(left + right, height), made


@settings(deadline=None, max_examples=150)
@given(updates())
def test_a_terminal_shows_what_it_would_if_all_were_sent(made: tuple[Size, list[tuple[Update | None, Grid]]]) -> None:
    size, steps = made
    known, terminal = TerminalCells(), pyte.Screen(*size)
    stream = pyte.Stream(terminal)
    for update, grid in steps:
        if update is None:
            known.forget()
            continue
        stream.feed(known.diff(update, CONSOLE, size))
        wanted = on_a_terminal(whole(grid).render_segments(CONSOLE), size)
        assert terminal.display == wanted.display
        assert all(terminal.buffer[y][x] == wanted.buffer[y][x] for y in range(size.height) for x in range(size.width))
        assert known.diff(whole(grid), CONSOLE, size) == ""


def clipped_text(cells: Sequence[Cell], width: int) -> str:
    """The characters of a row within so many columns; a blank for a wide one that is cut."""
    kept = [character for character, _ in cells[:width]]
    if width < len(cells) and not cells[width][0]:
        kept[-1] = " "
    return "".join(kept).ljust(width - sum(not character for character in kept))


@settings(deadline=None, max_examples=150)
@given(updates(), st.integers(1, 30), st.integers(1, 4))
def test_an_update_that_was_laid_out_for_another_size_is_clipped(
    made: tuple[Size, list[tuple[Update | None, Grid]]], columns: int, rows: int
) -> None:
    size = Size(columns, rows)
    known, terminal = TerminalCells(), pyte.Screen(*size)
    stream = pyte.Stream(terminal)
    for update, grid in made[1]:
        if update is None:
            known.forget()
            continue
        stream.feed(known.diff(update, CONSOLE, size))
        wanted = [clipped_text(cells, columns) for cells in grid[:rows]]
        assert [line.rstrip() for line in terminal.display[: len(wanted)]] == [line.rstrip() for line in wanted]


@pytest.mark.parametrize(("half", "after", "sent"), [(0, "a x", "\x1b[1;2H "), (1, " ax", "\x1b[1;1H ")])
def test_the_other_half_of_a_wide_character_is_not_known_any_more(half: int, after: str, sent: str) -> None:
    cells, size = TerminalCells(), Size(3, 1)
    cells.diff(row("模x"), CONSOLE, size)
    cells.diff(LayoutUpdate([[Strip([Segment("a")])]], Region(half, 0, 1, 1)), CONSOLE, size)
    assert cells.diff(row(after), CONSOLE, size) == sent


def row(text: str, style: Style | None = None) -> LayoutUpdate:
    return LayoutUpdate([[Strip([Segment(text, style)])]], Region(0, 0, cell_len(text), 1))


def sent(old: str, new: str) -> str:
    """What is sent of a row that changes, after its first drawing."""
    known, size = TerminalCells(), Size(cell_len(old), 1)
    known.diff(row(old), CONSOLE, size)
    return known.diff(row(new), CONSOLE, size)


def test_a_new_figure_costs_its_digits() -> None:
    assert sent("need 14.1 GiB of 22.9", "need 14.1 GiB of 22.9") == ""
    assert sent("need 14.1 GiB of 22.9", "need 14.3 GiB of 22.9") == "\x1b[1;9H3"
    assert sent("14.1 GiB of 22.9", "15.1 GiB of 23.9") == "\x1b[1;2H5\x1b[1;14H3"


def test_a_wide_character_is_sent_whole() -> None:
    assert sent("模x", "型x") == "\x1b[1;1H型"
    assert sent("ab模", "a模b") == "\x1b[1;2H模b"
    bold = Style(bold=True)
    old = [("模", Style()), ("", Style()), ("x", bold)]
    assert changed_spans(old, [("模", bold), ("", Style()), ("x", bold)]) == [(0, 2)]
    assert changed_spans(old, [("模", Style()), ("", bold), ("x", bold)]) == [(0, 2)]
    assert changed_spans([None, None, None], old) == [(0, 3)]


def test_where_a_style_comes_from_is_not_seen_and_a_style_is() -> None:
    known, size = TerminalCells(), Size(2, 1)
    assert known.diff(row("ab", Style(bold=True)), CONSOLE, size).endswith("ab\x1b[0m")
    assert known.diff(row("ab", Style(bold=True, meta={"offset": (1, 2)})), CONSOLE, size) == ""
    assert "ab" in known.diff(row("ab", Style()), CONSOLE, size)


def test_another_size_and_what_is_forgotten_are_sent_whole() -> None:
    known = TerminalCells()
    assert "abcd" in known.diff(row("abcd"), CONSOLE, Size(4, 1))
    assert known.diff(row("abcd"), CONSOLE, Size(4, 1)) == ""
    assert "abcd" in known.diff(row("abcd"), CONSOLE, Size(5, 1))
    known.forget()
    assert "abcd" in known.diff(row("abcd"), CONSOLE, Size(5, 1))


def test_what_lies_outside_of_the_screen_is_not_sent() -> None:
    around = LayoutUpdate([[Strip([Segment("abcd")])]] * 3, Region(2, -1, 4, 3))
    size = Size(4, 1)
    assert on_a_terminal(TerminalCells().diff(around, CONSOLE, size), size).display == ["  ab"]


def test_of_a_style_only_the_colour_that_differs_is_sent() -> None:
    line = Strip([Segment("a", STYLES[4]), Segment("b", STYLES[5]), Segment("c", STYLES[8]), Segment("d", STYLES[4])])
    sent = TerminalCells().diff(LayoutUpdate([[line]], Region(0, 0, 4, 1)), CONSOLE, Size(4, 1))
    assert sent.partition("a")[2] == (
        "\x1b[38;2;255;0;0mb\x1b[1;38;2;0;255;0mc\x1b[0m\x1b[38;2;0;255;0;48;2;0;0;128md\x1b[0m"
    )
