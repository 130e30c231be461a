"""Text as the cells of a terminal, as wide as Rich and Textual hold it to be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

Cell = tuple[str, Style]
"""The characters of a cell and their style; the second cell of a wide character has no characters."""
_JOINER, _WIDENS = "\u200d", "\ufe0f"
_UNSURE = re.compile("[\u200d\ufe0e\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")


def cells_of(segments: Iterable[Segment]) -> list[Cell]:
    """The cells of a line: as many as Rich counts.

    A character without width belongs to the cell before it; at the start of a line there is none, and it is left out.
    So are control characters, which take no cell and could do anything.
    """
    found: list[Cell] = []
    for text, style, control in segments:
        look = style or Style.null()
        if control:
            continue
        if text.isascii() and text.isprintable():
            found += [(character, look) for character in text]
            continue
        for character, width in _widths(text):
            if found and (not width or character == _WIDENS):
                if character.isprintable() or character == _JOINER:
                    place = _owner(found)
                    found[place] = (found[place][0] + character, found[place][1])
                found += [("", found[-1][1])] * width
            elif width:
                found += [(character, look), *[("", look)] * (width - 1)]
    return found


def _widths(text: str) -> Iterator[tuple[str, int]]:
    """Each character with the cells that it adds."""
    if _JOINER not in text and _WIDENS not in text:
        for character in text:
            yield character, cell_len(character)
        return
    before = 0
    for end, character in enumerate(text, 1):  # what is joined, or widened, adds another width than it has alone
        now = cell_len(text[:end])
        yield character, now - before
        before = now


def _owner(cells: Sequence[Cell]) -> int:
    """The cell whose character fills the last one."""
    place = len(cells) - 1
    while place > 0 and not cells[place][0]:
        place -= 1
    return place


def clipped(x: int, cells: Sequence[Cell], first: int, last: int) -> tuple[int, list[Cell]]:
    """Of cells from column x on those in columns `first` to before `last`; blanks for a wide character that is cut."""
    start = max(0, first - x)
    end = max(start, min(len(cells), last - x))
    kept = list(cells[start:end])
    for place, (text, style) in enumerate(kept):
        if text:
            break
        kept[place] = (" ", style)
    if kept and end < len(cells) and not cells[end][0]:
        for place in range(_owner(kept), len(kept)):
            kept[place] = (" ", kept[place][1])
    return max(x, first), kept


def is_unsure(text: str) -> bool:
    """Whether terminals differ in how wide they draw a cell: joined emoji, variation selectors, flags, skin tones."""
    return not text.isascii() and _UNSURE.search(text) is not None
