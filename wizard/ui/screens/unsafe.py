"""An unsafe fix is named before it is taken: what it changes, what is needed then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from wizard.domain.finding import Finding
from wizard.domain.secrets import masked
from wizard.domain.text import sentence
from wizard.domain.units import gib
from wizard.output.text.fix_text import asked_text, changed_lines
from wizard.review import Review
from wizard.ui.screens.over import OverScreen
from wizard.ui.symbols import FIT_STYLE, fit_text
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.lines import Lines


class UnsafeFixScreen(OverScreen[bool]):
    """True where the fix is to be taken."""

    DEFAULT_CSS = """
    UnsafeFixScreen { align: center middle; }
    UnsafeFixScreen > Vertical { width: 90%; max-width: 76; height: auto; background: $surface; padding: 1 2; }
    UnsafeFixScreen > Vertical { border: solid $warning; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y,ctrl+f", "answer(True)", "take it", key_display="Enter"),
        Binding("escape,n,q", "answer(False)", "leave it", key_display="Esc"),
    ]

    def __init__(self, finding: Finding, now: Review, changes: Mapping[str, object], then: Review) -> None:
        super().__init__()
        self.finding = finding
        self.now = now
        self.changes = changes
        self.then = then

    def compose(self) -> ComposeResult:
        """The finding, the fix, the fields, the price."""
        with Vertical() as frame:
            frame.border_title = "An unsafe fix"
            yield Lines(self._text(), id="unsafe", wraps=True)
        yield KeyLine(self.BINDINGS)

    def _text(self) -> Text:
        text = Text(masked(f"{self.finding.code}: {sentence(self.finding.message)}\n\n"), "dim")
        text.append(masked(asked_text(self.finding)), "bold").append("\n")
        for line in changed_lines(self.changes, self.now.plan):
            text.append(masked(f"\n  {line}"))
        if self.then.estimate is not None:
            text.append("\n\nThen: ").append(fit_text(self.then.fit), FIT_STYLE[self.then.fit])
            text.append(f" {gib(self.then.estimate.device.likely)}. Ctrl+Z takes it back.")
        return text

    def action_answer(self, agreed: bool) -> None:
        """Give the answer."""
        self.dismiss(agreed)
