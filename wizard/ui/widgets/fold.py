"""The folded questions of a step under one line, which says what they are about and folds them out."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from wizard.questions.question import Situation, Step
from wizard.review import Review
from wizard.ui.messages import Hint
from wizard.ui.widgets.group import GroupTitle, drawn
from wizard.ui.widgets.lines import Lines


class MoreLine(Lines, can_focus=True):
    """The line: Enter folds out and in."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "fold", "More", show=False)]

    class Pressed(Message):
        """Fold out or in."""

    def action_fold(self) -> None:
        """Tell the fold."""
        self.post_message(self.Pressed())

    def on_click(self, event: Click) -> None:
        """The mouse does the same."""
        event.stop()
        self.action_fold()


class Fold(Vertical):
    """Nothing of its questions is drawn, nor priced, before they are folded out."""

    DEFAULT_CSS = """
    Fold { height: auto; }
    Fold > .-apart { margin-bottom: 1; }
    Fold > MoreLine:focus { text-style: bold reverse; }
    """

    def __init__(self, step: Step) -> None:
        super().__init__(id=f"more-{step.id}")
        self.step = step
        self.open = False
        self.now: tuple[Situation, Review] | None = None

    def compose(self) -> ComposeResult:
        """The line, then the questions."""
        yield MoreLine(self._says())
        for one in drawn(self.step.folded):
            one.display = False
            yield one

    def _says(self) -> str:
        return f"{'-' if self.open else '+'} More: {self.step.more}"

    def show(self, situation: Situation, review: Review) -> None:
        """Draw the questions, where they are folded out."""
        self.now = situation, review
        if self.open:
            for field in self.query_children("ChoiceField, EntryField"):
                field.show(situation, review)  # type: ignore[attr-defined]
            for title in self.query_children(GroupTitle):
                title.settle()

    def on_more_line_pressed(self, event: MoreLine.Pressed) -> None:
        """Fold out, or in again."""
        event.stop()
        self.unfold(out=not self.open)

    def on_descendant_focus(self) -> None:
        """Say what the line does."""
        if self.query_one(MoreLine).has_focus:
            self.post_message(Hint(f"Enter folds {'these in' if self.open else 'out'}: {self.step.more}."))

    def unfold(self, *, out: bool = True) -> None:
        """Show the questions, or hide them."""
        self.open = out
        self.query_one(MoreLine).put(self._says())
        for one in self.query_children("GroupTitle, ChoiceField, EntryField"):
            one.display = out
        if out and self.now is not None:
            self.show(*self.now)

    def first(self) -> None:
        """Fold out, and give the focus to the first question."""
        self.unfold()
        for widget in self.query("Options, Input"):
            if widget.focusable:
                widget.focus(scroll_visible=False)  # at once: more keys may have come already
                self.call_after_refresh(self._in_sight, widget)
                return

    def _in_sight(self, widget: Widget) -> None:
        """Once the questions have their places: the title of the group too."""
        self.query_one(MoreLine).scroll_visible(animate=False, top=True)
        widget.scroll_visible(animate=False)
