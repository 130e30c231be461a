"""The right side over a screen too narrow to hold it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from wizard.review import Review
from wizard.ui.screens.over import OverScreen
from wizard.ui.screens.rule import wizard_of
from wizard.ui.widgets.finding_list import FindingList, pointed_at
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.memory_panel import MemoryPanel, Recent


class MemoryScreen(OverScreen[None]):
    """Memory, findings, what could save, last changes."""

    DEFAULT_CSS = """
    MemoryScreen { align: center middle; }
    MemoryScreen > MemoryPanel { width: 100%; max-width: 110; height: 1fr; }
    MemoryScreen > MemoryPanel { background: $surface; border: solid $primary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "explain", "explain", key_display="Enter"),
        Binding("ctrl+f", "fix", "fix"),
        Binding("escape,q,f2", "leave", "close", key_display="Esc"),
    ]

    def __init__(self, review: Review, recent: Recent = ()) -> None:
        super().__init__()
        self.review = review
        self.recent = recent

    def compose(self) -> ComposeResult:
        """The same panel as on a wide screen."""
        panel = MemoryPanel()
        panel.can_focus = not self.review.findings  # else the keys are for the findings
        yield panel
        yield KeyLine(self.BINDINGS)

    def on_mount(self) -> None:
        """Draw it once its width is known."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        self.query_one(MemoryPanel).show(self.review, self.recent)
        if self.review.findings:
            self.set_focus(self.query_one(FindingList), scroll_visible=False)

    def action_explain(self) -> None:
        """Tell the rule of the finding under the pointer."""
        self.query_one(FindingList).action_explain()

    def action_fix(self) -> None:
        """Back to the wizard, and take the fix of the finding under the pointer there."""
        wizard_of(self.app).fix(pointed_at(self.focused))

    def action_leave(self) -> None:
        """Back to the wizard."""
        self.dismiss(None)
