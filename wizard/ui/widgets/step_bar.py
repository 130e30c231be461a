"""The steps, which were seen, and which one is here."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
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
    StepBar > .step-bar--here { background: $primary; color: $background; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"step-bar--here"}

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
        marked = self.get_component_rich_style("step-bar--here")
        shown = [(place, steps.STEPS[place].title) for place in self.places]
        room = sum(len(title) + 6 for _, title in shown) - 1 <= width  # the last blank may go
        for number, (place, title) in enumerate(shown, 1):
            here = place == self.here
            mark = UNICODE.here if here else UNICODE.done if place in self.seen else " "
            style = marked if here else Style() if place in self.seen else Style(dim=True)
            text.append(f" {number} {title} {mark} " if room or here else f" {number} {mark} ", style)
            self.ends.append((text.cell_len, place))
        if room and text.cell_len > width:
            text.right_crop(1)
        return [text]
