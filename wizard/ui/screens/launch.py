"""F7: the files that start the run, on this machine or on many."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from wizard.output.launch.catalogue import KINDS
from wizard.ui.screens.over import OverScreen
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.options import Line, Options


class LaunchScreen(OverScreen[str | None]):
    """A kind of launch, None for none."""

    DEFAULT_CSS = """
    LaunchScreen { align: center middle; }
    LaunchScreen > Vertical { width: 90%; max-width: 76; height: auto; background: $surface; padding: 1 2; }
    LaunchScreen > Vertical { border: solid $primary; }
    LaunchScreen Options { margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "write these", key_display="Enter"),
        Binding("escape,q,f7", "leave", "close", key_display="Esc"),
    ]

    def compose(self) -> ComposeResult:
        """The kinds, and what each is for."""
        with Vertical():
            yield Lines("What starts the run? Its file is written beside the config.", wraps=True)
            yield Options(id="kinds")
        yield KeyLine(self.BINDINGS)

    def on_mount(self) -> None:
        """Draw them."""
        options = self.query_one(Options)
        options.show([Line(f"{name}: {kind.about}") for name, kind in KINDS.items()], None)
        options.focus()

    @on(Options.Chosen)
    def choose(self, event: Options.Chosen) -> None:
        """Back with it."""
        event.stop()
        self.dismiss(list(KINDS)[event.index])

    @on(Options.Pointed)
    def quiet(self, event: Options.Pointed) -> None:
        """The lines say it already."""
        event.stop()

    def action_take(self) -> None:
        """What is under the pointer."""
        self.query_one(Options).action_choose()

    def action_leave(self) -> None:
        """With nothing."""
        self.dismiss(None)
