"""The file is written: what to type next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from wizard.domain.checklist import Checked
from wizard.output.text.checklist import checklist_lines, checklist_title
from wizard.output.text.next_steps import commands, doubt
from wizard.review import Review
from wizard.ui.screens.over import OverScreen
from wizard.ui.widgets.key_line import KeyLine


class WrittenScreen(OverScreen[None]):
    """Says where the file is, which backup there is, the next commands, and what has to be there for them."""

    DEFAULT_CSS = """
    WrittenScreen { align: center middle; }
    WrittenScreen > VerticalScroll { width: 90%; max-width: 100; height: auto; max-height: 95%; padding: 1 2; }
    WrittenScreen > VerticalScroll { background: $surface; border: solid $success; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "copy the commands"),
        Binding("escape,enter", "leave", "back to the wizard", key_display="Esc"),
        Binding("ctrl+q,q", "app.quit", "leave memwizard", key_display="^q"),
    ]

    def __init__(
        self, path: str, backup: Path | None, review: Review, found: Sequence[Checked] = (), trial: str = ""
    ) -> None:
        super().__init__()
        self.path = path
        self.backup = backup
        self.review = review
        self.found = found
        self.trial = trial

    def compose(self) -> ComposeResult:
        """The good news and what follows."""
        with VerticalScroll():
            where = "Printed when you leave." if self.path == "-" else f"Wrote {self.path}."
            kept = f"\nThe old content is {self.backup}." if self.backup else ""
            yield Static(f"{where}{kept}\n", markup=False)
            if doubt(self.review):
                yield Static(f"{doubt(self.review)}\n", markup=False)
            if self.path != "-":
                yield Static("Next, in the environment where Axolotl is:\n")
                yield Static(commands(self.path), markup=False)
                yield Static(f"\n{self.trial[:1].upper()}{self.trial[1:]}", id="trial", markup=False)
            if self.found:
                lines = "\n".join(checklist_lines(self.found))
                yield Static(f"\n{checklist_title(self.found)}\n{lines}", markup=False)
            yield Static("", id="copied")
        yield KeyLine(self.BINDINGS)

    def action_copy(self) -> None:
        """Copy through the terminal (OSC 52), which works over SSH where the terminal allows it."""
        self.app.copy_to_clipboard(commands(self.path))
        self.query_one("#copied", Static).update("\ncopied, if your terminal lets programs copy")

    def action_leave(self) -> None:
        """Back to the wizard."""
        self.dismiss(None)
