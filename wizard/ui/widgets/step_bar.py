"""The six steps, which are answered, and which one is here."""

from __future__ import annotations

from rich.text import Text

from wizard.steps.catalogue import STEPS
from wizard.ui.marks import UNICODE
from wizard.ui.widgets.lines import Lines


class StepBar(Lines):
    """One line."""

    DEFAULT_CSS = """
    StepBar { height: 1; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.here = 0
        self.seen: frozenset[int] = frozenset()

    def show(self, here: int, seen: frozenset[int]) -> None:
        """Mark the present step and those seen; only its title is told where there is no room for all."""
        self.here, self.seen = here, seen
        text = Text()
        room = sum(len(step.title) + 6 for step in STEPS) <= self.content_size.width
        for number, step in enumerate(STEPS):
            now = number == here
            mark = UNICODE.here if now else UNICODE.done if number in seen else " "
            style = "bold reverse" if now else "" if number in seen else "dim"
            text.append(f" {number + 1} {step.title} {mark} " if room or now else f" {number + 1} {mark} ", style)
        self.put(text)

    def on_resize(self) -> None:
        """More or fewer titles."""
        self.show(self.here, self.seen)
