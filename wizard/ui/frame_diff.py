"""Sends only the cells that differ from what the terminal shows.

Textual 8.2 sends every widget that was drawn anew from its left edge on, a changed page several times, and at some
moments the whole screen. Over a slow line each byte is a wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rich.console import Console
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip

from wizard.ui.cells import Cell, cells_of, clipped, is_unsure

_NEAR = 6
"""Cells: to send so few that are shown already costs less than to move beyond them."""
_END = "\x1b[0m"
_PLAIN = Style.null()


class TerminalCells:
    """The cells that the terminal shows, as far as they are known."""

    def __init__(self) -> None:
        self._size: Size | None = None
        self._rows: list[list[Cell | None]] = []
        self._switches: dict[tuple[Style, Style], str] = {}

    @property
    def known(self) -> bool:
        """Whether anything is known."""
        return self._size is not None

    def forget(self) -> None:
        """Nothing is known: the next update is sent whole."""
        self._size = None

    def diff(self, update: LayoutUpdate | ChopsUpdate, console: Console, size: Size) -> str:
        """What to send of an update; the terminal, which has this size, shows it afterwards.

        The update may have been laid out for another size: what lies beyond the edges is left out.
        """
        if size != self._size:
            self._size = size
            self._rows = [[None] * size.width for _ in range(size.height)]
        pen = _Pen()
        for y, first, last, left, strips in _stretches(update, size.width):
            if 0 <= y < len(self._rows):
                row = self._rows[y]
                x, cells = clipped(left, cells_of(_visible(strips)), first, last)
                for span in _replace(row, x, cells):
                    for place, run in _runs(row, *span):
                        pen.write(place, y, run, self._switch(pen.style, run.style, console))
        return pen.text(self._switch(pen.style, _PLAIN, console))

    def _switch(self, old: Style, new: Style, console: Console) -> str:
        """What goes from one style to another: the colours that differ, where nothing else has to end."""
        found = self._switches.get((old, new))
        if found is None:
            before, after = _start(old, console), _start(new, console)
            ends = (old.color and not new.color) or (old.bgcolor and not new.bgcolor)
            if before == after:
                found = ""
            elif ends or (before and old.without_color not in (_PLAIN, new.without_color)):
                found = (_END if before else "") + after
            else:
                attributes = new.without_color if old.without_color == _PLAIN else _PLAIN
                found = _start(attributes + _colours(old, new), console)
            self._switches[old, new] = found
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


class _Pen:
    """What is to be sent, and where and in which style the terminal would write on after it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._at: tuple[int, int] | None = None
        self.style = _PLAIN

    def write(self, x: int, y: int, run: _Run, switch: str) -> None:
        """Write a run of cells there; `switch` goes from the style before to its own."""
        if self._at != (x, y):
            self._parts.append(str(Control.move_to(x, y).segment.text))
        self._parts += [switch, run.text]  # a style holds until it is ended, across moves of the cursor too
        self.style = run.style
        self._at = (x + run.width, y) if run.sure else None

    def text(self, end: str) -> str:
        """All of it; `end` leaves no style open."""
        return "".join([*self._parts, end])


def _start(style: Style, console: Console) -> str:
    """What begins a style where none is."""
    return Strip([Segment("x", style)]).render(console).partition("x")[0]


def _colours(old: Style, new: Style) -> Style:
    """The colours that differ."""
    ink = new.color if new.color != old.color else None
    ground = new.bgcolor if new.bgcolor != old.bgcolor else None
    return Style(color=ink, bgcolor=ground)


def _stretches(update: LayoutUpdate | ChopsUpdate, width: int) -> Iterator[tuple[int, int, int, int, Iterable[Strip]]]:
    """The stretches of an update: row, its first column and the one after its last, where its strips begin, these."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            yield y, 0, width, update.region.x, strips
        return
    for y, first, last in update.spans:
        for end, (start, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            left, right = max(start, first, 0), min(end, last, width)
            if strip is not None and left < right:
                yield y, left, right, start, [strip]


def _visible(strips: Iterable[Strip]) -> Iterator[Segment]:
    """The segments, each with its visible style alone."""
    for strip in strips:
        for text, style, control in strip:
            yield Segment(text, _visible_style(style) if style is not None else None, control)


@lru_cache(maxsize=4096)
def _visible_style(style: Style) -> Style:
    """A style without what is not seen: Textual notes in it where a text comes from."""
    return style.clear_meta_and_links()


def _replace(row: list[Cell | None], x: int, cells: Sequence[Cell]) -> list[tuple[int, int]]:
    """Put cells into a row; the spans of it that are to be sent."""
    end = x + len(cells)
    spans = [(x + first, x + last) for first, last in changed_spans(row[x:end], cells)]
    if spans:
        _cut_neighbours(row, x, end)
    row[x:end] = cells
    for number, (first, last) in enumerate(spans):
        if is_unsure("".join(cell[0] for cell in row[first:last] if cell is not None)):
            return [*spans[:number], (first, len(row))]  # it may be drawn over what stands behind it
    return spans


def _cut_neighbours(row: list[Cell | None], x: int, end: int) -> None:
    """A terminal blanks the other half of a wide character of which one half is overwritten."""
    while x > 0 and x < len(row) and _is_second(row[x]):
        x -= 1
        row[x] = None
    while end < len(row) and _is_second(row[end]):
        row[end] = None
        end += 1


def _is_second(cell: Cell | None) -> bool:
    return cell is not None and not cell[0]


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring cells of one style. `sure`: whether every terminal draws them as wide as they are."""

    text: str
    style: Style
    width: int
    sure: bool


def _runs(row: Sequence[Cell | None], first: int, last: int) -> Iterator[tuple[int, _Run]]:
    """The runs of a span that is to be sent, each with its first column; what is not known is passed over."""
    start = first
    while start < last:
        cell = row[start]
        end = start + 1
        if cell is not None:
            style, sure = cell[1], not is_unsure(cell[0])
            while end < last and (other := row[end]) is not None and (other[1] is style or other[1] == style):
                if other[0] and not (sure and (other[0].isascii() or not is_unsure(other[0]))):
                    break
                end += 1
            text = "".join(one[0] for one in row[start:end] if one is not None)
            yield start, _Run(text, cell[1], end - start, sure)
        start = end


def changed_spans(old: Sequence[object], new: Sequence[Any]) -> list[tuple[int, int]]:
    """The spans that differ; near ones are one, and no wide character is cut."""
    if old == new:  # so are most rows of a frame
        return []
    if all(cell is None for cell in old):  # and so are all of the first one
        return [(0, len(new))]
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
