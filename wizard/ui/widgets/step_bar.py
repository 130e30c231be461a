"""The six steps, which are answered, and which one is here."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget

from wizard.steps.catalogue import STEPS
from wizard.ui.marks import UNICODE


class StepBar(Widget):
    """One line."""

    DEFAULT_CSS = """
    StepBar { height: 1; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.here = 0
        self.seen: frozenset[int] = frozenset()

    def show(self, here: int, seen: frozenset[int]) -> None:
        """Mark the present step and those seen."""
        if (here, seen) != (self.here, self.seen):
            self.here, self.seen = here, seen
            self.refresh()

    def render(self) -> Text:
        """The titles; only the present one's where there is no room for all."""
        text = Text(no_wrap=True, overflow="ellipsis")
        room = sum(len(step.title) + 6 for step in STEPS) - 1 <= self.size.width
        for number, step in enumerate(STEPS):
            here = number == self.here
            mark = UNICODE.here if here else UNICODE.done if number in self.seen else " "
            style = "bold reverse" if here else "" if number in self.seen else "dim"
            text.append(f" {number + 1} {step.title} {mark} " if room or here else f" {number + 1} {mark} ", style)
        return text
