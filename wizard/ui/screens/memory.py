"""The right side over a screen too narrow to hold it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from wizard.review import Review
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.memory_panel import MemoryPanel, Recent


class MemoryScreen(ModalScreen[None]):
    """Memory, findings, cheapest changes, last changes."""

    DEFAULT_CSS = """
    MemoryScreen { align: center middle; }
    MemoryScreen > MemoryPanel { width: 100%; max-width: 110; height: 1fr; }
    MemoryScreen > MemoryPanel { background: $surface; border: solid $primary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f2", "leave", "close", key_display="Esc"),
    ]

    def __init__(self, review: Review, recent: Recent = ()) -> None:
        super().__init__()
        self.review = review
        self.recent = recent

    def compose(self) -> ComposeResult:
        """The same panel as on a wide screen."""
        panel = MemoryPanel()
        panel.can_focus = True
        yield panel
        yield KeyLine(self.BINDINGS)

    def on_mount(self) -> None:
        """Draw it once its width is known."""
        self.call_after_refresh(self.query_one(MemoryPanel).show, self.review, self.recent)

    def action_leave(self) -> None:
        """Back to the wizard."""
        self.dismiss(None)
