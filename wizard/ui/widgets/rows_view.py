"""Three rows of the data as the trainer will see them; what is learned of them is marked."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from wizard.data.pieces import RowSeen
from wizard.data.shown import runs
from wizard.session.rows_seen import RowsSeen
from wizard.ui.widgets.lines import Lines

_STYLES = {"read": "", "learned": "bold green", "against": "red", "mark": "bold"}
_CONSOLE = Console(color_system=None)
_HIGH = 36
"""Rows of a terminal from which on there is room for three lines of each row of the data."""


class RowsView(Lines):
    """Three lines for each row where the screen is high; else one, below the questions, whatever of them is in sight.

    Nothing where there is no row to show.
    """

    DEFAULT_CSS = """
    RowsView { margin-bottom: 1; }
    RowsView.-below { dock: bottom; margin-bottom: 0; padding: 0 1; background: $panel; }
    """

    def __init__(self) -> None:
        super().__init__(id="rows", wraps=True)
        self.seen: RowsSeen | None = None
        self.why = ""
        """Why there are none, where that is to be said."""
        self.display = False

    def on_mount(self) -> None:
        """Stand where there is room."""
        self.place()

    def place(self) -> None:
        """Below the questions of a screen that is not high: what is learned is seen while it is chosen."""
        self.set_class(not self._high, "-below")

    @property
    def _high(self) -> bool:
        return self.app.size.height >= _HIGH

    def show(self, seen: RowsSeen | None, why: str = "") -> None:
        """Show these, or why there are none."""
        if (seen, why) != (self.seen, self.why):
            self.seen, self.why = seen, why
            self.display = seen is not None or bool(why)
            self.redraw()

    @property
    def content(self) -> str:
        """What is shown, without its styles."""
        return "\n".join(one.plain for one in self.lay_out(max(20, self.content_size.width)))

    def lay_out(self, width: int) -> Iterable[Text]:
        """The meaning of the marks, and the rows."""
        if self.seen is None:
            return Text(f"No rows to show: {self.why}.", "dim").wrap(_CONSOLE, width) if self.why else [Text()]
        lines = 3 if self._high else 1
        found = [*Text(self.seen.says, "dim").wrap(_CONSOLE, width)]
        for number, row in enumerate(self.seen.rows):
            found += _row(number, row, width, lines)
        return found


def _row(number: int, row: RowSeen, width: int, lines: int) -> list[Text]:
    parts = [(one.text, _STYLES[one.kind]) for one in runs(row, (width - 8) * lines)]
    wrapped = list(Text.assemble(*parts).wrap(_CONSOLE, max(10, width - 3)))[:lines]
    return [Text.assemble(f"{number + 1}  " if place == 0 else "   ", one) for place, one in enumerate(wrapped)]
