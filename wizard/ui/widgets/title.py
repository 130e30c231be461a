"""What a question asks, and the field that it sets."""

from __future__ import annotations

from rich.text import Text

from wizard.ui.widgets.lines import Lines


class Title(Lines):
    """Plain words, then the name as it stands in the file."""

    DEFAULT_CSS = """
    Title { height: 1; }
    """

    def __init__(self, title: str, field: str = "") -> None:
        super().__init__(Text.assemble((title, "bold"), "  " if field else "", (field, "dim")), classes="title")
