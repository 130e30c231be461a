"""The step of the data: its questions, and some rows as they are learned."""

from __future__ import annotations

from collections.abc import Iterable

from textual.events import DescendantBlur
from textual.timer import Timer
from textual.widget import Widget

from wizard.questions.question import Question
from wizard.review import Review
from wizard.session.rows_seen import rows_seen, why_none
from wizard.session.state import State
from wizard.ui.messages import DataCautioned, RowsWanted
from wizard.ui.widgets.caution_line import CautionLine
from wizard.ui.widgets.question_page import QuestionPage
from wizard.ui.widgets.rows_view import RowsView

_PAUSE = 0.6
"""Seconds after the last letter of a name."""


class DataPage(QuestionPage):
    """Begins in the box of the path; the rows stand below it."""

    _key: object = None
    _wants: Timer | None = None

    def begins_at(self) -> str:
        """The path, whatever is asked before it."""
        return "#entry-path"

    def behind(self, question: Question) -> Iterable[Widget]:
        """What is lost of the rows, and some of them, behind the path."""
        return [CautionLine(), RowsView()] if question.id == "path" else []

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """A name is typed to its end where its box is left: what its rows ask for can be set."""
        if event.widget.id == "entry-path" and (last := self.query_one(CautionLine).last) is not None:
            self.post_message(DataCautioned(*last))

    def on_resize(self) -> None:
        """The rows stand where there is room."""
        self.query_one(RowsView).place()

    def show(self, state: State, review: Review) -> None:
        """Draw every question, and the rows where they are others."""
        super().show(state, review)
        self.query_one(CautionLine).look(self.session)
        head = self.session.situation.head
        key = (state.plan, head)
        if key != self._key:
            self._key = key
            why = why_none(self.session.situation)
            seen = rows_seen(state.plan, head, self.session.outside, state.file) if not why else None
            self.query_one(RowsView).show(seen, why)
        self._look_far()

    def _look_far(self) -> None:
        """Ask for rows that are not here, once nothing more is typed: every letter of an id would be another one."""
        if self._wants is not None:
            self._wants.stop()
            self._wants = None
        if self.display and self.session.wanted_far() is not None:
            self._wants = self.set_timer(_PAUSE, lambda: self.post_message(RowsWanted()))
