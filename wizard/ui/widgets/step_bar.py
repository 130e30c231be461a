"""The steps, which were seen, and which one is here."""

from __future__ import annotations

from rich.text import Text

from wizard.questions import steps
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
        self.seen: frozenset[int] = frozenset()

    def show(self, here: int) -> None:
        """Mark the present step and those seen."""
        self.here = here
        self.seen |= {here}
        self.redraw()

    def lay_out(self, width: int) -> list[Text]:
        """The titles; only the present one's where there is no room for all."""
        text = Text()
        room = sum(len(step.title) + 6 for step in steps.STEPS) <= width
        for number, step in enumerate(steps.STEPS):
            here = number == self.here
            mark = UNICODE.here if here else UNICODE.done if number in self.seen else " "
            style = "bold reverse" if here else "" if number in self.seen else "dim"
            text.append(f" {number + 1} {step.title} {mark} " if room or here else f" {number + 1} {mark} ", style)
        return [text]
