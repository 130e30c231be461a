"""F3: the file as it would be written, to the letter: to read, to copy, to save under another name."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from wizard.session.conversation import Conversation
from wizard.session.filing import shown_file
from wizard.ui.screens.page import PageScreen
from wizard.ui.screens.rule import wizard_of
from wizard.ui.widgets.yaml_text import highlighted


class FileScreen(PageScreen):
    """Secrets are hidden on the screen and in what is copied; the file has them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "copy"),
        Binding("s", "save", "save as"),
        Binding("escape,q,f3", "leave", "close", key_display="Esc"),
    ]

    def __init__(self, session: Conversation) -> None:
        self.file = shown_file(session)
        super().__init__(f"The file as it would be written to {session.target}", highlighted(self.file))

    def action_copy(self) -> None:
        """Copy through the terminal (OSC 52), which works over SSH where the terminal allows it."""
        self.app.copy_to_clipboard(self.file)
        self.query_one("VerticalScroll").border_subtitle = "copied, if your terminal lets programs copy"

    def action_save(self) -> None:
        """To the box of the name on the last step; Enter there writes."""
        wizard_of(self.app).moving.to_name()
