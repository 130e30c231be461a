"""F6: how long the rows are, what is cut and padded, the steps and hours of an epoch."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widgets import Static

from wizard.domain.errors import InputError
from wizard.session.ports import Outside
from wizard.session.state import State
from wizard.ui.screens.page import PageScreen


class DataScreen(PageScreen):
    """The files are read beside the screen; leaving does not wait for them."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,f6", "leave", "close", key_display="Esc")]

    def __init__(self, state: State, outside: Outside) -> None:
        super().__init__("The data", "Reading the rows of local files ...")
        self.state = state
        self.outside = outside

    def on_mount(self) -> None:
        """Begin."""
        self.read()

    @work(thread=True, exit_on_error=False)
    def read(self) -> None:
        """Read and tell, in a thread of its own."""
        try:
            text = self.outside.data(self.state.plan, self.state.machine, self.state.file)
        except InputError as error:
            text = f"✗ {error}"
        if self.is_attached:
            self.app.call_from_thread(partial(self.show, text))

    def show(self, text: str) -> None:
        """Draw it, if it is still wanted."""
        if self.is_attached:
            self.text = text
            self.query_one("#text", Static).update(text)
