"""What a run holds and what was forecast: aligned figures, and a bar for each row."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from wizard.domain.units import gib_number
from wizard.session.run_view import HeldRow
from wizard.ui.widgets.lines import Lines

HEADS = ("now", "peak", "likely", "high", "of")
_LEAST_BAR = 12
LEGEND = "█ now  ▒ peak  L likely  H high"


class HeldTable(Lines):
    """A row for each GPU, host memory and the disk."""

    DEFAULT_CSS = """
    HeldTable { padding: 0 1; }
    """

    _rows_shown: tuple[HeldRow, ...] = ()

    def show(self, rows: tuple[HeldRow, ...]) -> None:
        """Draw these."""
        self._rows_shown = rows
        self.put(table(rows, max(20, self.content_size.width)))

    def on_resize(self) -> None:
        """The bars are as long as there is room."""
        if self._rows_shown:
            self.show(self._rows_shown)


def table(rows: Sequence[HeldRow], width: int) -> Text:
    """Heads, then a line for each row; GiB throughout."""
    figures = [[_figure(size) for size in (one.now, one.peak, one.likely, one.high, one.of)] for one in rows]
    name = max([len("GiB"), *(len(one.name) for one in rows)])
    columns = [max(len(head), *(len(row[place]) for row in figures)) for place, head in enumerate(HEADS)]
    room = width - name - sum(columns) - 2 * len(columns) - 2
    heads = "".join(f"  {head:>{size}}" for head, size in zip(HEADS, columns, strict=True))
    legend = f"  {LEGEND}" if room >= len(LEGEND) else ""
    text = Text.assemble((f"{'GiB':<{name}}{heads}{legend}", "dim"), no_wrap=True)
    for one, row in zip(rows, figures, strict=True):
        cells = "".join(f"  {figure:>{size}}" for figure, size in zip(row, columns, strict=True))
        text.append(f"\n{one.name:<{name}}", "bold").append(cells)
        if room >= _LEAST_BAR:
            text.append("  ").append_text(bar(one, room))
    return text


def _figure(size: int | None) -> str:
    return "-" if size is None else gib_number(size)


def bar(row: HeldRow, width: int) -> Text:
    """What is held, the most that was, and the forecast, on one scale: all that there is, or what goes beyond it."""
    known = [size for size in (row.of, row.now, row.peak, row.likely, row.high) if size is not None]
    scale = max([*known, 1])

    def cell(size: int | None) -> int:
        return -1 if size is None else min(width - 1, size * width // scale)

    now, peak = (round(width * (size or 0) / scale) for size in (row.now, row.peak))
    cells = ["█" if place < now else "▒" if place < peak else "·" for place in range(width)]
    if row.high is not None:
        cells[cell(row.high)] = "H"
    if row.likely is not None:
        cells[cell(row.likely)] = "L"
    if row.of is not None and row.of < scale:
        cells[cell(row.of)] = "│"
    text = Text(no_wrap=True)
    styles = {"█": "cyan", "▒": "blue", "·": "dim", "L": "bold", "H": "bold", "│": "bold"}
    for sign in cells:
        text.append(sign, styles[sign])
    return text
