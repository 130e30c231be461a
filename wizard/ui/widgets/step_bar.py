"""The steps, which were seen, and which one is here."""

from __future__ import annotations

from rich.text import Text
from textual.events import Click

from wizard.questions import steps
from wizard.ui.messages import StepClicked
from wizard.ui.symbols import UNICODE
from wizard.ui.widgets.lines import Lines


class StepBar(Lines):
    """One line."""

    DEFAULT_CSS = """
    StepBar { height: 1; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.here = 0
        self.places: tuple[int, ...] = ()
        self.seen: frozenset[int] = frozenset()
        self.ends: list[tuple[int, int]] = []
        """Where each step ends on the line, and its place."""

    def show(self, here: int, places: tuple[int, ...]) -> None:
        """Mark the present step and those seen, of the steps that arise."""
        self.here, self.places = here, places
        self.seen |= {here}
        self.redraw()

    def on_click(self, event: Click) -> None:
        """The mouse leads to a step."""
        event.stop()
        x = event.x - self.gutter.left
        place = next((place for end, place in self.ends if 0 <= x < end), None)
        if place is not None:
            self.post_message(StepClicked(place))

    def lay_out(self, width: int) -> list[Text]:
        """The titles; only the present one's where there is no room for all."""
        text, self.ends = Text(), []
        shown = [(place, steps.STEPS[place].title) for place in self.places]
        room = sum(len(title) + 6 for _, title in shown) <= width
        for number, (place, title) in enumerate(shown, 1):
            here = place == self.here
            mark = UNICODE.here if here else UNICODE.done if place in self.seen else " "
            style = "bold reverse" if here else "" if place in self.seen else "dim"
            text.append(f" {number} {title} {mark} " if room or here else f" {number} {mark} ", style)
            self.ends.append((text.cell_len, place))
        return [text]
