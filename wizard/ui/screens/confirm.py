"""Shows what would change in a file that exists and what is left undone in it, and asks."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from wizard.ui.screens.over import OverScreen
from wizard.ui.widgets.key_line import KeyLine


class ConfirmScreen(OverScreen[bool]):
    """True where the person agrees to replace the file."""

    DEFAULT_CSS = """
    ConfirmScreen { align: center middle; }
    ConfirmScreen > VerticalScroll { width: 100%; height: 1fr; background: $surface; padding: 0 1; }
    ConfirmScreen > VerticalScroll { border: solid $primary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "replace it, keep a backup"),
        Binding("n,escape", "answer(False)", "leave it as it is", key_display="n"),
    ]

    def __init__(self, path: str, difference: str, left: str = "") -> None:
        """`left`: what speaks against running the new text; empty where nothing does."""
        super().__init__()
        self.left = left
        self.path = path
        self.difference = difference

    def compose(self) -> ComposeResult:
        """What is left, the question, then the difference."""
        with VerticalScroll():
            if self.left:
                yield Static(f"{self.left}\n", id="left", markup=False)
            yield Static(f"{self.path} exists. Replace it? The old content stays as a backup.  y / n\n", markup=False)
            yield Static(coloured(self.difference))
        yield KeyLine(self.BINDINGS)

    def action_answer(self, agreed: bool) -> None:
        """Give the answer."""
        self.dismiss(agreed)


def coloured(difference: str) -> Text:
    """A unified difference; its + and - say the same without colour."""
    text = Text()
    for line in difference.splitlines(keepends=True):
        style = "green" if line.startswith("+") else "red" if line.startswith("-") else "dim"
        text.append(line, style)
    return text
