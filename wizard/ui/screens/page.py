"""Longer text over the wizard: the look that all such screens share."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.markup import escape
from textual.visual import VisualType
from textual.widgets import Static

from wizard.ui.screens.over import OverScreen
from wizard.ui.widgets.key_line import KeyLine


class PageScreen(OverScreen[None]):
    """A title, a text to scroll through, the keys."""

    DEFAULT_CSS = """
    PageScreen { align: center middle; }
    PageScreen > VerticalScroll { width: 100%; max-width: 110; height: 1fr; padding: 0 1; }
    PageScreen > VerticalScroll { background: $surface; border: solid $primary; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "close", key_display="Esc"),
    ]

    def __init__(self, title: str, text: VisualType = "") -> None:
        super().__init__()
        self.heading = title
        self.text = text

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        with VerticalScroll() as scroll:
            scroll.border_title = escape(self.heading)
            yield Static(self.text, id="text", markup=False)
        yield KeyLine(self.BINDINGS)

    def action_leave(self) -> None:
        """Back to the wizard."""
        self.dismiss(None)
