"""What a run prints: its last lines, or those before them."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from textual.events import MouseScrollDown, MouseScrollUp
from textual.strip import Strip

from wizard.session.scrollback import Scrollback
from wizard.ui.widgets.settled import Settled

_WHEEL = 3


class OutputPane(Settled):
    """Follows the end, or stays at `held`, the number of the line below the last one that is shown."""

    DEFAULT_CSS = """
    OutputPane { height: 1fr; border-top: solid $primary; }
    """

    def __init__(self, output: Scrollback) -> None:
        super().__init__()
        self.output = output
        self.held: int | None = None
        self._drawn: list[str] = []
        self._top: int | None = None

    def look(self) -> None:
        """Draw what is there now, where it differs."""
        self.held = self._end_from_top()
        rows = self._laid_out()
        kept = "" if self.held is None else f" paused at line {self.held} of {self.output.end} · End goes on "
        if self.border_title != kept:
            self.border_title = kept
        if rows != self._drawn:
            self._drawn = rows
            self.refresh()

    def on_resize(self) -> None:
        """Another width, other rows."""
        self.look()

    def scroll(self, lines: int) -> None:
        """Up or down by so many lines; beyond the end it follows again."""
        self._top = None
        end = self.output.end
        wanted = (end if self.held is None else self.held) + lines
        least = min(end, self.output.first + max(1, self.content_size.height))
        self.held = None if wanted >= end else max(wanted, least)
        self.look()

    def pause(self) -> None:
        """Stay here, or follow again."""
        self._top, self.held = None, self.output.end if self.held is None else None
        self.look()

    def top(self, line: int) -> None:
        """Show this line first, where what comes after it is more than there is room for; until it is scrolled."""
        self._top = line
        self.look()

    def _end_from_top(self) -> int | None:
        """The number of the line below the last one that there is room for under the first one."""
        if self._top is None:
            return self.held
        below, rows = self._top, 0
        while below < self.output.end and rows < self.content_size.height:
            rows += len(self._parts(below))
            below += rows <= self.content_size.height
        return below if below < self.output.end else None

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """The wheel."""
        event.stop()
        self.scroll(-_WHEEL)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """The wheel."""
        event.stop()
        self.scroll(_WHEEL)

    def _laid_out(self) -> list[str]:
        """As many rows as there is room for, the last lines at the bottom; a long line goes on below."""
        width, height = self.content_size.width, self.content_size.height
        if width <= 0 or height <= 0:
            return []
        end = self.output.end if self.held is None else max(self.held, self.output.first + 1)
        rows: list[str] = []
        for number in range(max(self.output.first, end - height), end):
            rows += self._parts(number)
        return rows[-height:]

    def _parts(self, number: int) -> list[str]:
        """The rows of one line, parted at blanks where there are some."""
        width = self.content_size.width
        return [part for line in self.output.between(number, number + 1) for part in parted(line, width)]

    def render_line(self, y: int) -> Strip:
        """One row."""
        width = self.content_size.width
        text = self._drawn[y] if y < len(self._drawn) else ""
        return Strip([Segment(text, self.rich_style)]).adjust_cell_length(width, self.rich_style)


def parted(line: str, width: int) -> list[str]:
    """A line as rows of so many cells: parted behind a blank near the edge, else anywhere."""
    rows = []
    while cell_len(line) > width:
        row = chop_cells(line, width)[0]
        end = row.rfind(" ") + 1
        if end * 3 < len(row) * 2:
            end = len(row)
        rows.append(line[:end])
        line = line[end:]
    return [*rows, line]
