"""The page of a step."""

from __future__ import annotations

from textual import on

from wizard.review import Review
from wizard.session.state import State
from wizard.ui.composed import Composed
from wizard.ui.messages import Hint
from wizard.ui.widgets.settled import Settled


class Page(Composed, Settled):
    """Says nothing in the help line while another page is shown: keys may come faster than words."""

    def show(self, state: State, review: Review) -> None:
        """Draw the page for this state and its review."""
        raise NotImplementedError

    def begins_at(self) -> str:
        """What gets the focus when the page is opened, as a query: the first question."""
        return "Options, Input"

    @on(Hint)
    def be_silent(self, event: Hint) -> None:
        """Keep what a question of this page still says after it was left."""
        if not self.display:
            event.stop()
