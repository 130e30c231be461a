"""Lines of text of which only those that differ are drawn again."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.segment import Segment
from rich.text import Text
from textual.geometry import Region, Size
from textual.strip import Strip

from wizard.ui.widgets.settled import Settled

_CONSOLE = Console(color_system=None)


class Lines(Settled):
    """Shows lines; a longer one ends in an ellipsis, or goes on below where `wraps` says so."""

    DEFAULT_CSS = """
    Lines { height: auto; }
    """

    def __init__(
        self,
        text: Text | str = "",
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
        wraps: bool = False,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.wraps = wraps
        self._texts = _parts(text)
        self._drawn: list[Text] = []
        self._width = 0
        self._height = 0

    @property
    def content(self) -> str:
        """What is shown, without its styles."""
        return "\n".join(text.plain for text in self._texts)

    def put(self, text: Text | str) -> None:
        """Show this; only what differs is drawn."""
        self._texts = _parts(text)
        self.redraw()

    def on_resize(self) -> None:
        """Another width, other lines."""
        if self.content_size.width != self._width:
            self.redraw()

    def redraw(self) -> None:
        """Lay the lines out again and draw what differs."""
        width = self.content_size.width
        if width <= 0:
            self._width, self._drawn = 0, []  # as it was before it was hidden: the next layout counts anew
            return
        before, self._drawn = self._drawn, [_cut(line, width) for line in self.lay_out(width)]
        if len(before) != len(self._drawn) or width != self._width:
            self._width = width
            self.refresh(layout=self._rows(len(self._drawn)) != self._rows(self._height))
            return
        drawn = enumerate(zip(before, self._drawn, strict=True))
        regions = [Region(0, number, width, 1) for number, (old, new) in drawn if not _same(old, new)]
        if regions:
            self.refresh(*regions)

    def _rows(self, lines: int) -> int:
        """How many rows so many lines get."""
        height, least, most = self.styles.height, self.styles.min_height, self.styles.max_height
        if height is not None and not height.is_auto:
            return int(height.value)
        return max(int(least.value) if least else 1, min(lines, int(most.value) if most else lines))

    def lay_out(self, width: int) -> Iterable[Text]:
        """The lines for so many cells."""
        if not self.wraps or width <= 0:
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
            self._width, self._drawn = width, [_cut(line, width) for line in self.lay_out(width)]
        base = self.rich_style
        if y >= len(self._drawn):
            return Strip.blank(width, base)
        parts = self._drawn[y].render(_CONSOLE)
        return Strip([Segment(text, base + style if style else base) for text, style, _ in parts], width)


def _parts(text: Text | str) -> tuple[Text, ...]:
    lines = Text(text) if isinstance(text, str) else text
    return tuple(lines.split("\n", allow_blank=True))


def _cut(text: Text, width: int) -> Text:
    """As many cells as there is room for."""
    line = text.copy()
    line.expand_tabs(8)
    line.truncate(width, overflow="ellipsis", pad=True)
    return line


def _same(one: Text, other: Text) -> bool:
    return (one.plain, one.style, one.spans) == (other.plain, other.style, other.spans)
