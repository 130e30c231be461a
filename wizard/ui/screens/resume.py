"""Offers work that was not finished."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from wizard.domain.machine import Machine
from wizard.domain.plan import REMOVE
from wizard.output.yaml import flow
from wizard.session.draft import Draft
from wizard.ui.screens.over import OverScreen
from wizard.ui.widgets.key_line import KeyLine


class ResumeScreen(OverScreen[Draft | None]):
    """The draft that the person goes on with; None for a new start."""

    DEFAULT_CSS = """
    ResumeScreen { align: center middle; }
    ResumeScreen > Vertical { width: 90%; max-width: 76; height: auto; background: $surface; padding: 1 2; }
    ResumeScreen > Vertical { border: solid $primary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,r,y", "answer(True)", "go on with it", key_display="Enter"),
        Binding("o", "other", "another one"),
        Binding("escape,n,q", "answer(False)", "start anew, this stays", key_display="Esc"),
    ]

    def __init__(self, drafts: Sequence[Draft], machine: Machine | None = None) -> None:
        super().__init__()
        self.drafts = drafts
        self.machine = machine
        self.number = 0

    def compose(self) -> ComposeResult:
        """What waits, and since when."""
        with Vertical():
            yield Static(self._text(), id="draft", markup=False)
        yield KeyLine(self.BINDINGS)

    def _text(self) -> str:
        draft = self.drafts[self.number]
        more = f"\n{len(self.drafts)} drafts wait; o shows the next." if len(self.drafts) > 1 else ""
        return f"There is work you did not finish.\n\n{told(draft, self.machine)}\n\nGo on with it?{more}"

    def seen(self, machine: Machine) -> None:
        """The machine has been probed meanwhile."""
        self.machine = machine
        self.query_one("#draft", Static).update(self._text())

    def action_other(self) -> None:
        """Show the next draft."""
        self.number = (self.number + 1) % len(self.drafts)
        self.query_one("#draft", Static).update(self._text())

    def action_answer(self, agreed: bool) -> None:
        """Give the answer."""
        self.dismiss(self.drafts[self.number] if agreed else None)


def told(draft: Draft, machine: Machine | None = None) -> str:
    """When, from what, for which machine where that is another, and what was chosen, a line each."""
    chosen = [f"  {name}: {flow(value)}" for name, value in draft.plan.items() if value is not REMOVE]
    shown = [line if len(line) < 60 else f"{line[:59]}…" for line in chosen[:8]]
    more = [f"  and {len(chosen) - 8} more"] if len(chosen) > 8 else []
    away = draft.elsewhere(machine)
    where = [f"For {draft.machine}, not for the machine here."] if draft.machine is not None else [away] if away else []
    return "\n".join([f"{draft.when}: {draft.begun}.", *where, *shown, *more])
