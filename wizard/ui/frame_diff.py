"""Sends only the cells that differ from what the terminal shows.

Textual 8.2 sends every widget that was drawn anew from its left edge on, a changed page several times, and at some
moments the whole screen. Over a slow line each byte is a wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from rich.console import Console
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip

_NEAR = 6
"""Cells: to send so few that are shown already costs less than to move beyond them."""
_END = "\x1b[0m"
Cell = tuple[str, Style]


class TerminalCells:
    """The cells that the terminal shows, as far as they are known."""

    def __init__(self) -> None:
        self._size: Size | None = None
        self._rows: list[list[Cell | None]] = []
        self._styles: dict[Style, str] = {}

    def forget(self) -> None:
        """Nothing is known: the next update is sent whole."""
        self._size = None

    def diff(self, update: LayoutUpdate | ChopsUpdate, console: Console, size: Size) -> str:
        """What to send of an update; the terminal shows it afterwards."""
        if size != self._size:
            self._size = size
            self._rows = [[None] * size.width for _ in range(size.height)]
        parts: list[str] = []
        now = ""
        for y, x, strips in _placed_strips(update):
            if 0 <= y < len(self._rows):
                cells = _cells(strips)[: size.width - x]
                row = self._rows[y]
                for start, end in changed_spans(row[x : x + len(cells)], cells):
                    parts.append(str(Control.move_to(x + start, y).segment.text))
                    for text, style in _style_runs(cells[start:end]):
                        wanted = self._style_start(style, console)
                        if wanted != now:  # a style holds until it is ended, across moves of the cursor too
                            parts += [_END if now else "", wanted]
                            now = wanted
                        parts.append(text)
                row[x : x + len(cells)] = cells
        return "".join([*parts, _END if now else ""])

    def _style_start(self, style: Style, console: Console) -> str:
        """What begins a style."""
        found = self._styles.get(style)
        if found is None:
            found = self._styles[style] = Strip([Segment("x", style)]).render(console).partition("x")[0]
        return found


class DiffUpdate(CompositorUpdate):
    """An update less what the terminal shows already; computed when asked for, for not every one is written."""

    def __init__(self, cells: TerminalCells, update: LayoutUpdate | ChopsUpdate, size: Size) -> None:
        self.cells = cells
        self.update = update
        self.size = size
        self._text: str | None = None

    def render_segments(self, console: Console) -> str:
        """What is written to the terminal."""
        if self._text is None:
            self._text = self.cells.diff(self.update, console, self.size)
        return self._text


def _placed_strips(update: LayoutUpdate | ChopsUpdate) -> Iterator[tuple[int, int, Iterable[Strip]]]:
    """Row, first column and strips of each stretch of an update."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            yield y, update.region.x, strips
        return
    for y, first, last in update.spans:
        for end, (start, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            left, right = max(start, first), min(end, last)
            if strip is not None and left < right:
                yield y, left, [strip.crop(left - start, right - start)]


def _cells(strips: Iterable[Strip]) -> list[Cell]:
    """Each cell's characters and style; the second cell of a wide character has none."""
    found: list[Cell] = []
    for strip in strips:
        for text, style, _ in strip:
            look = _visible_style(style) if style is not None else Style.null()
            if text.isascii():
                found += [(character, look) for character in text]
                continue
            for character in text:
                width = Segment(character).cell_length
                if width == 0 and found:  # an accent of its own, a joiner: it belongs to the cell before
                    found[-1] = (found[-1][0] + character, found[-1][1])
                else:
                    found += [(character, look), *[("", look)] * (width - 1)]
    return found


@lru_cache(maxsize=4096)
def _visible_style(style: Style) -> Style:
    """A style without what is not seen: Textual notes in it where a text comes from."""
    return style.clear_meta_and_links()


def _style_runs(cells: Sequence[Cell]) -> Iterator[Cell]:
    """Neighbours of one style together."""
    start = 0
    for place in range(1, len(cells) + 1):
        if place == len(cells) or cells[place][1] != cells[start][1]:
            yield "".join(character for character, _ in cells[start:place]), cells[start][1]
            start = place


def changed_spans(old: Sequence[object], new: Sequence[Any]) -> list[tuple[int, int]]:
    """The stretches that differ; near ones are one, and no wide character is cut."""
    found: list[tuple[int, int]] = []
    for place, (one, other) in enumerate(zip(old, new, strict=True)):
        if one == other:
            continue
        start, end = place, place + 1
        while start > 0 and new[start][0] == "":
            start -= 1
        while end < len(new) and new[end][0] == "":
            end += 1
        if found and start - found[-1][1] <= _NEAR:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
