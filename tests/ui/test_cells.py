"""Cells are as wide as Rich and Textual hold them to be, and what stands behind a doubtful one stays in its column."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from tests.ui.test_frame_diff import CONSOLE, row
from wizard.ui.cells import cells_of, clipped, is_unsure
from wizard.ui.frame_diff import TerminalCells

WOMAN, HEART, FLAG = "\U0001f469", "\u2764", "\U0001f1e9\U0001f1ea"
FAMILY = f"{WOMAN}\u200d{WOMAN}\u200d\U0001f467"
JOINED = [FAMILY, f"{HEART}\ufe0f", f"{HEART}\ufe0e", f"{WOMAN}\U0001f3fd", f"{WOMAN}\u200d{HEART}\ufe0f\u200d{WOMAN}",
          FLAG, "1\ufe0f\u20e3", "\U0001f3f4\U000e0067\U000e007f", "e\u0301", "\u0915\u094d\u0937"]  # fmt: skip
PARTS = [*"ab é模─🚀", WOMAN, HEART, "\u200d", "\ufe0f", "\ufe0e", "\u0301", "\u200b", "\U0001f3fd", "\x00", "\x1b",
         "\x07", "\t", "\x7f", "\x9b", *FLAG, *JOINED]  # fmt: skip
texts = st.lists(st.sampled_from(PARTS), max_size=12).map("".join)


@settings(deadline=None, max_examples=500)
@given(st.lists(texts, min_size=1, max_size=4))
def test_a_line_has_as_many_cells_as_textual_counts(parts: list[str]) -> None:
    segments = [Segment(text, Style(bold=bool(number % 2))) for number, text in enumerate(parts)]
    assert len(cells_of(segments)) == Strip(segments).cell_length
    assert [len(cells_of([one])) for one in segments] == [one.cell_length for one in segments]


@settings(deadline=None, max_examples=500)
@given(texts)
def test_no_character_is_sent_that_is_not_one_of_the_text_or_could_do_more_than_be_seen(text: str) -> None:
    sent = "".join(characters for characters, _ in cells_of([Segment(text)]))
    left = iter(text)
    assert all(character in left for character in sent)  # in order
    assert not set(sent) & set("\x00\x07\t\x1b\x7f\x9b")


@settings(deadline=None)
@given(texts, st.integers(-20, 20), st.integers(0, 20), st.integers(0, 20))
def test_what_is_clipped_lies_within_the_columns_and_cuts_no_wide_character(
    text: str, x: int, first: int, width: int
) -> None:
    cells, last = cells_of([Segment(text)]), first + width
    start, kept = clipped(x, cells, first, last)
    assert len(kept) == max(0, min(x + len(cells), last) - max(x, first))
    assert start >= first
    assert not kept or kept[0][0]
    assert len(cells_of([Segment(characters) for characters, _ in kept])) == len(kept)
    assert clipped(x, cells, x, x + len(cells)) == (x, cells)


def on_terminals(*sent: str, size: Size) -> list[str]:
    """What a terminal shows that draws joined emoji as one, and one that draws each of them for itself."""
    shown = []
    for left_out in ("", "\u200d\ufe0f\ufe0e"):
        screen = pyte.Screen(*size)
        stream = pyte.Stream(screen)
        for text in sent:
            stream.feed("".join(character for character in text if character not in left_out))
        shown.append(screen.display[0])
    return shown


@pytest.mark.parametrize("joined", JOINED, ids=ascii)
def test_what_stands_behind_a_joined_emoji_stays_in_its_column(joined: str) -> None:
    cells, before = TerminalCells(), f"a  {joined}b│cd"
    size = Size(cell_len(before), 1)
    first = cells.diff(row(before), CONSOLE, size)
    moved = cells.diff(row(f"a{joined}  b│cd"), CONSOLE, size)
    changed = cells.diff(row(f"a{joined}  b│xd"), CONSOLE, size)
    for screen in on_terminals(first, size=size):
        assert screen.endswith("b│cd")
    for screen in on_terminals(first, moved, changed, size=size):
        assert screen.endswith("b│xd")
    if not is_unsure(joined):
        return
    known = cells.diff(row(f"a{joined}  b│xd"), CONSOLE, size)
    assert known == ""
