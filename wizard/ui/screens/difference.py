"""What the plan changes: against the preset or file it began with, and against the file on disk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.markup import escape
from textual.widgets import Static

from wizard.ui.screens.confirm import coloured
from wizard.ui.screens.page import PageScreen

Differences = Sequence[tuple[str, str]]
"""A title and a unified difference each."""


class DifferenceScreen(PageScreen):
    """One difference at a time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,tab,d", "other(1)", "the next difference", key_display="Tab"),
        Binding("left,shift+tab", "other(-1)", "the one before", key_display="Shift+Tab"),
        Binding("escape,q,f4", "leave", "close", key_display="Esc"),
    ]

    def __init__(self, differences: Differences) -> None:
        super().__init__("")
        self.differences = differences
        self.number = 0

    def on_mount(self) -> None:
        """Show the first one."""
        self.action_other(0)

    def action_other(self, by: int) -> None:
        """Show another one."""
        self.number = (self.number + by) % len(self.differences)
        title, text = self.differences[self.number]
        scroll = self.query_one(VerticalScroll)
        scroll.border_title = f"{self.number + 1} of {len(self.differences)}: {escape(title)}"
        scroll.scroll_home(animate=False)
        self.query_one("#text", Static).update(coloured(text) if text else "There is no difference.")
