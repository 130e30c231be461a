"""A plain form to compare with: `python -m benchmarks.wire.form JSON`, with what the wizard's Batch step asks."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

from textual.app import App, ComposeResult  # noqa: TID251 - the yardstick is Textual itself
from textual.widgets import Footer, Input, Label, RadioButton, RadioSet  # noqa: TID251


class Form(App[None]):
    """Textual's own widgets as they come. `numbers`: what each box says, by its title; `choices`: the answers."""

    def __init__(self, numbers: Mapping[str, str], choices: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.numbers, self.choices = numbers, choices

    def compose(self) -> ComposeResult:
        """The number boxes, the choices, the keys."""
        for title, text in self.numbers.items():
            yield Label(title)
            yield Input(text)
        for title, names in self.choices.items():
            yield Label(title)
            with RadioSet():
                for number, name in enumerate(names):
                    yield RadioButton(name, value=number == 0)
        yield Footer()


if __name__ == "__main__":
    Form(*json.loads(sys.argv[1])).run()
