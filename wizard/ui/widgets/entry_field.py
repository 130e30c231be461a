"""A question answered by typing, on one line: title, field name, the box, and what twice as much would need."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from wizard.domain.errors import InputError
from wizard.domain.finding import Finding
from wizard.domain.units import gib
from wizard.questions.prices import DOUBLED, twice
from wizard.questions.question import Situation, TypedQuestion
from wizard.review import Review
from wizard.ui.messages import Answered, Hint, Typed
from wizard.ui.symbols import FIT_STYLE, fit_text
from wizard.ui.widgets.finding_line import FindingLine, beside
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.row import Row
from wizard.ui.widgets.settled import Settled
from wizard.ui.widgets.title import Title


class Aside(Lines):
    """A word, and a figure that ends where those of all answers do."""

    told: tuple[Text, str, str] = (Text(), "", "")

    def tell(self, word: Text, figure: str = "", style: str = "") -> None:
        """Show these."""
        self.told = word, figure, style
        self.put(word)

    def lay_out(self, width: int) -> list[Text]:
        """The figure at the right; the word as far as there is room."""
        word, figure, style = self.told
        left = word.copy()
        left.truncate(max(0, width - len(figure) - 1), pad=True)
        return [Text.assemble(left, " " if figure else "", (figure, style))]


class EntryField(Vertical, Settled):
    """Shows a TypedQuestion; posts Typed for a text it takes, and says why for one it does not.

    `wrong` is the sentence why the text can't be taken, None while it can. A wrong text stays as it was typed:
    the plan keeps its value, and nothing is written until it is mended.
    """

    DEFAULT_CSS = """
    EntryField { height: auto; }
    EntryField > Horizontal { height: 1; }
    EntryField .title { width: 47; padding-right: 1; }
    EntryField.-long .title { width: 32; }
    EntryField Input { width: 9; }
    EntryField.-long Input { width: 1fr; }
    EntryField .aside { width: 1fr; height: 1; padding-left: 1; }
    EntryField.-long .aside { width: 3; }
    """

    def __init__(self, entry: TypedQuestion) -> None:
        super().__init__(id=f"question-{entry.id}", classes="-long" if entry.wide else "")
        self.entry = entry
        self.wrong: str | None = None
        self.value: str | None = None
        self.taken: str | None = None
        self.awaited: Mapping[str, object] = {}
        self.visits = 0

    @property
    def question(self) -> TypedQuestion:
        """What it asks."""
        return self.entry

    @property
    def finding(self) -> Finding | None:
        """The finding on it."""
        return self.query_one(FindingLine).finding

    def compose(self) -> ComposeResult:
        """Title, box and price; the finding below."""
        with Row():
            yield Title(self.entry.title, self.entry.field)
            box = Input(id=f"entry-{self.entry.id}", compact=True, select_on_focus=True)
            box.cursor_blink = False
            yield box
            yield Aside(classes="aside")
        yield FindingLine()

    def show(self, situation: Situation, review: Review) -> None:
        """Draw the plan's value, unless the person has typed one that means the same or a wrong one."""
        self.situation, self.review = situation, review
        self.display = self.entry.shown(situation)
        value = self.entry.read(situation.plan)
        box = self.query_one(Input)
        if value != self.value and not self._still_typing(situation, box.value):
            self.value, self.wrong = value, None
            if not self._means(box.value, situation):
                with box.prevent(Input.Changed):
                    box.value = self.taken = value
                    box.cursor_position = len(value)
        self._show_aside()

    def _still_typing(self, situation: Situation, text: str) -> bool:
        """Whether more was typed than this plan has: on a slow machine keys are faster than plans."""
        read, plan = self.entry.read, situation.plan
        if self.awaited and read(plan) != read(plan.changed(self.awaited)):  # an answer may say more than was typed
            return True
        self.awaited = {}
        return self.taken is not None and text != self.taken

    def _means(self, text: str, situation: Situation) -> bool:
        """Whether a text already stands for the plan's value."""
        try:
            changes = self.entry.write(text, situation)
        except InputError:
            return False
        return all(situation.plan.get(name) == value for name, value in changes.items() if name == self.entry.field)

    def _show_aside(self) -> None:
        self.query_one(FindingLine).show(beside(self.entry.field, self.review.findings), self.wrong)
        aside = self.query_one(Aside)
        if self.wrong:
            aside.tell(Text("✗", "red"))
            return
        fit, needs = twice(self.entry.field, self.situation.plan, self.review)
        if fit is None:
            aside.tell(Text())
        else:
            aside.tell(Text.assemble(("×2 ", "dim"), (fit_text(fit), FIT_STYLE[fit])), gib(needs), FIT_STYLE[fit])

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        """Take the text at once where it can be used; say why where it can't."""
        event.stop()
        self.taken = event.value
        self.awaited = {}
        try:
            changes = self.entry.write(event.value, self.situation)
        except InputError as error:
            self.wrong = error.message
            self.post_message(Hint(f"✗ {error.message}"))
        else:
            if self.wrong:
                self.post_message(Hint(self.entry.help))
            self.wrong = None
            self.value = None
            own = {name: value for name, value in changes.items() if name == self.entry.field}
            if any(self.situation.plan.get(name) != value for name, value in own.items()):
                self.awaited = own
            self.post_message(Typed(self.entry, event.value, f"{self.entry.id} {self.visits}"))
        self._show_aside()

    def on_descendant_focus(self) -> None:
        """Say what the question is about, or what is wrong with the answer."""
        self.visits += 1
        if self.wrong:
            self.post_message(Hint(f"✗ {self.wrong}"))
        elif self.query_one(FindingLine).told:
            self.post_message(Hint(self.query_one(FindingLine).told))
        else:
            more = " ×2 is what twice as much would need." if self.entry.field in DOUBLED else ""
            self.post_message(Hint(self.entry.help + more))

    @on(Input.Submitted)
    def next_question(self, event: Input.Submitted) -> None:
        """Enter goes on to the next question."""
        event.stop()
        if self.wrong:
            self.post_message(Hint(f"✗ {self.wrong}"))
        else:
            self.post_message(Answered())
