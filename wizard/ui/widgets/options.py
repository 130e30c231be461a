"""A list of answers, each with its price; one is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Size
from textual.message import Message

from wizard.domain.estimate import Fit
from wizard.domain.text import clauses
from wizard.domain.units import gib
from wizard.session.offers import Offer
from wizard.ui.messages import Answered
from wizard.ui.symbols import FIT_STYLE, UNICODE, fit_text
from wizard.ui.widgets.lines import Lines


@dataclass(frozen=True, slots=True)
class Line:
    """One answer as shown: its label, what it means, and what the plan would need (None: no price)."""

    label: str
    about: str = ""
    fit: Fit | None = None
    needs: int | None = None
    awaited: bool = False
    """Whether a price is still to come."""
    closed: bool = False
    """Whether it can't be taken as things are; `about` says why."""

    @classmethod
    def of(cls, offer: Offer) -> Line:
        """A line that shows an offer."""
        return cls(offer.label, offer.about, offer.fit, offer.needs)

    @property
    def price(self) -> str:
        """`"✓ fits   14.1 GiB"`, `"closed"`, or empty."""
        if self.closed:
            return "closed"
        if self.awaited:
            return UNICODE.awaited
        return "" if self.fit is None else f"{fit_text(self.fit):<9} {gib(self.needs):>9}"


class Options(Lines, can_focus=True):
    """Answers drawn as lines: cheaper on the wire than a widget for each, and every price stays aligned."""

    DEFAULT_CSS = """
    Options { height: auto; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("enter", "enter", "Choose", show=False),
        Binding("space", "choose", "Choose", show=False),
    ]

    @dataclass
    class At(Message):
        """Something about one answer of a list."""

        options: Options
        index: int
        line: Line

        @property
        def control(self) -> Options:
            """The list."""
            return self.options

        @property
        def holds(self) -> bool:
            """Whether the answer still stands there: the list may have changed since."""
            lines = self.options.lines
            return self.index < len(lines) and lines[self.index].label == self.line.label

    class Chosen(At):
        """An answer was chosen."""

    class Pointed(At):
        """Another answer is under the pointer."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.lines: tuple[Line, ...] = ()
        self.current: int | None = None
        self.pointer = 0

    def show(self, lines: Sequence[Line], current: int | None) -> None:
        """Show these answers, `current` marked as chosen; redraws only what changed."""
        new = tuple(lines)
        if new == self.lines and current == self.current:
            return
        labels = [line.label for line in new]
        pointed = self.lines[self.pointer].label if self.pointer < len(self.lines) else None
        if pointed in labels and len(new) == len(self.lines):
            self.pointer = labels.index(pointed)  # they may stand in another order
        elif len(new) != len(self.lines):
            self.pointer = current or 0
        self.lines, self.current = new, current
        self.redraw()

    @property
    def content(self) -> str:
        """What is shown, without its styles."""
        return "\n".join(text.plain for text in self.lay_out(self.content_size.width))

    def lay_out(self, width: int) -> list[Text]:
        """Pointer, mark, label, and the price at the right."""
        return [self._line(number, line, max(width, 20)) for number, line in enumerate(self.lines)]

    def _line(self, number: int, line: Line, width: int) -> Text:
        pointed = self.has_focus and number == self.pointer
        mark = UNICODE.chosen if number == self.current else UNICODE.open
        room = max(0, width - cell_len(line.price) - 1)
        left = Text(f"{UNICODE.pointer if pointed else ' '} {mark} ")
        left.append(clauses(line.label, room - left.cell_len))
        left.truncate(room, overflow="ellipsis")
        style = "bold reverse" if pointed else "bold" if number == self.current else ""
        gap = " " * max(1, width - left.cell_len - cell_len(line.price))
        return Text.assemble((left.plain, style), gap, (line.price, FIT_STYLE[line.fit] if line.fit else ""))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A row for each answer."""
        self._height = max(1, len(self.lines))
        return self._height

    def action_move(self, by: int) -> None:
        """Move the pointer; past an end the neighbour gets the focus."""
        target = self.pointer + by
        if 0 <= target < len(self.lines):
            self.pointer = target
            self.redraw()
            self.post_message(self.Pointed(self, target, self.lines[target]))
        elif by > 0:
            self.screen.focus_next()
        elif self.screen.focused is self:
            self.screen.focus_previous()

    def action_enter(self) -> None:
        """Choose; where it is chosen already, go on."""
        if self.pointer == self.current:
            self.post_message(Answered())
        else:
            self.action_choose()

    def action_choose(self) -> None:
        """Choose what is under the pointer."""
        if self.lines:
            self.post_message(self.Chosen(self, self.pointer, self.lines[self.pointer]))

    def on_click(self, event: Click) -> None:
        """The mouse chooses too."""
        if 0 <= event.y < len(self.lines):
            self.pointer = event.y
            self.action_choose()

    def watch_has_focus(self, has_focus: bool) -> None:
        """The pointer comes with the focus, to the chosen answer, and goes with it."""
        super().watch_has_focus(has_focus)
        if has_focus:
            self.pointer = self.current if self.current is not None else min(self.pointer, max(0, len(self.lines) - 1))
        self.redraw()
        if has_focus and self.lines:
            self.post_message(self.Pointed(self, self.pointer, self.lines[self.pointer]))
