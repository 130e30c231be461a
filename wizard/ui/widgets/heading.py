"""A title drawn into a rule as wide as there is room: what stands below belongs together."""

from __future__ import annotations

from rich.text import Text

from wizard.ui.symbols import UNICODE
from wizard.ui.widgets.lines import Lines


class Heading(Lines):
    """One line in the colour that leads the eye."""

    DEFAULT_CSS = """
    Heading { height: 1; color: $primary; }
    """

    def __init__(self, title: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(title, id=id)
        self.title = title

    def put(self, text: Text | str) -> None:
        """Another title."""
        self.title = str(text)
        super().put(text)

    def lay_out(self, width: int) -> list[Text]:
        """`── Title ──────`."""
        return [heading(self.title, width)]


def heading(title: str, width: int) -> Text:
    """The line."""
    rule = UNICODE.rule
    before = f"{rule}{rule} "
    return Text.assemble(before, (title, "bold"), f" {rule * max(2, width - len(before) - len(title) - 1)}")
