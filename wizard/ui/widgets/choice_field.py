"""A question with a few answers: its title, the field's name, and the answers with their prices."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from wizard.domain.finding import Finding
from wizard.questions.own_value import own_value
from wizard.questions.prices import price
from wizard.questions.question import Choice, Option, Situation, answered
from wizard.questions.taking import Taken, taken
from wizard.review import Review
from wizard.ui.messages import FieldsChanged, Hint
from wizard.ui.widgets.finding_line import FindingLine, beside
from wizard.ui.widgets.options import Line, Options
from wizard.ui.widgets.settled import Settled
from wizard.ui.widgets.title import Title


class ChoiceField(Vertical, Settled):
    """Shows a Choice; posts FieldsChanged for the answer chosen."""

    DEFAULT_CSS = """
    ChoiceField { height: auto; }
    """

    def __init__(self, choice: Choice) -> None:
        super().__init__(id=f"question-{choice.id}")
        self.choice = choice
        self.options: tuple[Option, ...] = ()
        self.source: Callable[[str], str] = lambda field: "the file"
        """Where the value of a field comes from."""

    @property
    def question(self) -> Choice:
        """What it asks."""
        return self.choice

    @property
    def finding(self) -> Finding | None:
        """The finding on it."""
        return self.query_one(FindingLine).finding

    def compose(self) -> ComposeResult:
        """Title, finding, answers."""
        yield Title(self.choice.title, self.choice.field)
        yield FindingLine()
        yield Options(id=f"options-{self.choice.id}")

    def show(self, situation: Situation, review: Review) -> None:
        """Draw the answers of this situation, each priced as if taken."""
        self.situation = situation
        options = self.choice.options(situation)
        self.display = bool(options)
        if not options:
            self.query_one(Options).show((), None)
            return
        current = self.choice.current(situation)
        kept = own_value(self.choice, options, situation, self.source)
        if kept is not None:
            options, current = (*options, kept), len(options)
        self.options = options
        lines = []
        for number, option in enumerate(options):
            lines.append(_line(option, situation, review, now=number == current))
        self.query_one(FindingLine).show(beside(self.choice.field, review.findings))
        self.query_one(Options).show(lines, current)

    @on(Options.Chosen)
    def choose(self, event: Options.Chosen) -> None:
        """Pass the answer on as a change of fields."""
        event.stop()
        if not event.holds:
            return
        option = self.options[event.index]
        if not option.changes:
            return  # it stands there
        self.post_message(FieldsChanged(option.changes, answered(self.choice, option.label)))

    @on(Options.Pointed)
    def explain(self, event: Options.Pointed) -> None:
        """Say what the answer under the pointer means; on the chosen one, what is found there."""
        event.stop()
        if not event.holds:
            return
        options, current = self.options, self.query_one(Options).current
        if self.query_one(FindingLine).told and event.index == current:
            self.post_message(Hint(self.query_one(FindingLine).told))
            return
        self.post_message(Hint(f"{options[event.index].label}: {event.line.about}"))


def _line(option: Option, situation: Situation, review: Review, *, now: bool) -> Line:
    """An answer with its price as if taken, or why it is closed."""
    if now:
        return Line(option.label, option.about, *price(situation.plan, review))
    comes = taken(option.changes, situation, review.findings) if review.judged else Taken(option.changes)
    if comes.closed:
        return Line(option.label, f"closed: {comes.closed}", closed=True)
    return Line(option.label, option.about, *price(situation.plan.changed(comes.changes), review))
