"""Lines of text of which only the cells that differ are sent: over a slow line a new figure costs its digits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from wizard.ui.thrift import differing as stretches

_CONSOLE = Console(color_system=None)
_NEAR = 8
"""Cells: to go on across so few that are the same costs less than to move there."""
Cells = tuple[tuple[str, Style | None], ...]


class Lines(Widget):
    """Shows lines; a longer one ends in an ellipsis, or goes on below where `wraps` says so."""

    DEFAULT_CSS = """
    Lines { height: auto; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None, wraps: bool = False) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.wraps = wraps
        self._texts: tuple[Text, ...] = ()
        self._drawn: list[Cells] = []
        self._width = 0
        self._height = 0

    @property
    def content(self) -> str:
        """What is shown, without its styles."""
        return "\n".join(text.plain for text in self._texts)

    def put(self, text: Text | str) -> None:
        """Show this; only what differs is drawn."""
        lines = Text(text) if isinstance(text, str) else text
        self._texts = tuple(lines.split("\n", allow_blank=True))
        self.redraw()

    def on_resize(self) -> None:
        """Another width, other lines."""
        if self.content_size.width != self._width:
            self.redraw()

    def redraw(self) -> None:
        """Lay the lines out again and draw what differs."""
        width = self.content_size.width
        if width <= 0:
            return
        before, self._drawn = self._drawn, [_cells(line, width) for line in self.lay_out(width)]
        if len(before) != len(self._drawn) or width != self._width:
            self._width = width
            self.refresh(layout=max(1, len(self._drawn)) != self._height)
            return
        regions = [
            Region(start, number, end - start, 1)
            for number, (old, new) in enumerate(zip(before, self._drawn, strict=True))
            if old != new
            for start, end in differing(old, new)
        ]
        if regions:
            self.refresh(*regions)

    def lay_out(self, width: int) -> Iterable[Text]:
        """The lines for so many cells."""
        if not self.wraps:
            return self._texts
        most = self.styles.max_height.value if self.styles.max_height is not None else None
        lines = [part for text in self._texts for part in (text.wrap(_CONSOLE, width) if text else [text])]
        if most is not None and len(lines) > most:
            lines = [*lines[: int(most) - 1], Text(" ").join(lines[int(most) - 1 :])]
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are lines."""
        wrapped = self.wraps and width > 0 and width != self._width
        rows = sum(1 for _ in self.lay_out(width)) if wrapped else len(self._drawn) or len(self._texts)
        self._height = max(1, rows)
        return self._height

    def render_line(self, y: int) -> Strip:
        """One row."""
        width = self.content_size.width
        if width != self._width:
            self._width, self._drawn = width, [_cells(line, width) for line in self.lay_out(width)]
        base = self.rich_style
        if y >= len(self._drawn):
            return Strip.blank(width, base)
        return Strip(list(_segments(self._drawn[y], base)), width)


def _cells(text: Text, width: int) -> Cells:
    """Each cell's character and style; the second cell of a wide character has none."""
    line = text.copy()
    line.expand_tabs(8)
    line.truncate(width, overflow="ellipsis", pad=True)
    found: list[tuple[str, Style | None]] = []
    for segment in line.render(_CONSOLE):
        for character in segment.text:
            width_of = Segment(character).cell_length
            if width_of == 0 and found:  # an accent of its own, a joiner: it belongs to the cell before
                found[-1] = (found[-1][0] + character, found[-1][1])
            else:
                found += [(character, segment.style), *[("", segment.style)] * (width_of - 1)]
    return tuple(found[:width])


def _segments(cells: Cells, base: Style) -> Iterable[Segment]:
    """Neighbours of one style together."""
    start = 0
    for place in range(1, len(cells) + 1):
        if place == len(cells) or cells[place][1] != cells[start][1]:
            style = cells[start][1]
            text = "".join(character for character, _ in cells[start:place])
            yield Segment(text, base + style if style else base)
            start = place


def differing(old: Sequence[object], new: Sequence[Any]) -> list[tuple[int, int]]:
    """The stretches of two equally long rows that differ; near ones are one, and no wide character is cut."""
    return stretches(old, new, _NEAR)
