"""A step made of questions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget

from wizard.questions.question import Question, Step
from wizard.review import Review
from wizard.session.conversation import Conversation
from wizard.session.every_key import source
from wizard.session.state import State
from wizard.ui.widgets.choice_field import ChoiceField
from wizard.ui.widgets.entry_field import EntryField
from wizard.ui.widgets.fold import Fold
from wizard.ui.widgets.group import GroupTitle, drawn
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.page import Page


class QuestionPage(VerticalScroll, Page, can_focus=False, inherit_bindings=False):
    """The questions of one step, under its own question."""

    DEFAULT_CSS = """
    QuestionPage { padding: 0 1; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    QuestionPage > .asks { text-style: bold; }
    QuestionPage > .-apart { margin-bottom: 1; }
    """

    def __init__(self, step: Step, session: Conversation) -> None:
        super().__init__(id=f"page-{step.id}")
        self.session = session
        self.step = step

    def compose(self) -> ComposeResult:
        """Every question in its order."""
        yield Lines(self.step.asks, classes="asks")
        for one in drawn(self.step.seen):
            yield one
            if not isinstance(one, GroupTitle):
                yield from self.behind(one.question)
        if self.step.folded:
            yield Fold(self.step)

    def behind(self, question: Question) -> Iterable[Widget]:
        """What stands behind a question beside the next one."""
        return ()

    def show(self, state: State, review: Review) -> None:
        """Draw every question for this state."""
        situation = self.session.situation
        for choice in self.query(ChoiceField):
            choice.source = partial(source, state)
        for field in self.query_children(ChoiceField):
            field.show(situation, review)
        for entry in self.query_children(EntryField):
            entry.show(situation, review)
        for title in self.query_children(GroupTitle):
            title.settle()
        for fold in self.query_children(Fold):
            fold.show(situation, review)
