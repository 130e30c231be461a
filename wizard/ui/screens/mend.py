"""What an editor has left is no config: it says why, and asks whether to mend it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from wizard.ui.screens.over import OverScreen
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.lines import Lines


class MendScreen(OverScreen[bool]):
    """True where the editor is to be opened again on the same text."""

    DEFAULT_CSS = """
    MendScreen { align: center middle; }
    MendScreen > Vertical { width: 90%; max-width: 76; height: auto; background: $surface; padding: 1 2; }
    MendScreen > Vertical { border: solid $primary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,e", "answer(True)", "edit it again", key_display="Enter"),
        Binding("escape,q", "answer(False)", "drop what was edited", key_display="Esc"),
    ]

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why

    def compose(self) -> ComposeResult:
        """Why not, and what can be done."""
        with Vertical():
            yield Lines(f"✗ {self.why}\n\nNothing has changed here; your text waits in the editor.", wraps=True)
        yield KeyLine(self.BINDINGS)

    def action_answer(self, again: bool) -> None:
        """Give the answer."""
        self.dismiss(again)
