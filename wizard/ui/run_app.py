"""`memwizard run --tui`: the application around the one screen that shows a run."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ScreenStackError
from textual.binding import Binding, BindingType
from textual.screen import Screen

from wizard.session.run_view import RunSource
from wizard.ui.look import Look
from wizard.ui.screens.run import RunScreen
from wizard.ui.sparing_app import SparingApp


class RunApp(SparingApp):
    """The run goes on without it, should it end first."""

    TITLE = "memwizard run"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "stop", show=False, priority=True),
        Binding("ctrl+q", "ask", show=False, priority=True),
        Binding("ctrl+l", "redraw", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", show=False, priority=True),
    ]

    def __init__(self, source: RunSource, look: Look | None = None) -> None:
        super().__init__(look)
        self.source = source

    def muted(self) -> bool:
        """Nothing is drawn on a terminal that is another's."""
        return super().muted() or self.is_behind()

    def is_behind(self) -> bool:
        """Whether the terminal is another's."""
        return self.pausing.is_behind()

    def get_default_screen(self) -> Screen[None]:
        """The run."""
        self.watched = RunScreen(self.source, self.leave, self.is_behind)
        return self.watched

    def on_mount(self) -> None:
        """The run is stopped with us."""
        if not self.is_headless:
            self.pausing.begin(self.sparing_display.again, self.source)

    def on_ready(self) -> None:
        """From now on frames are shown."""
        self._shows = True
        self.begins()

    def on_resize(self) -> None:
        """The run sees a terminal of the same size."""
        self.source.resized()

    def action_stop(self) -> None:
        """Ctrl+C, as without a screen."""
        self.watched.action_stop()

    def action_ask(self) -> None:
        """Ctrl+Q is q."""
        self.watched.action_ask()

    def leave(self) -> None:
        """There is nothing more to show; from any thread."""
        if self._left.is_set() or not self.is_running:
            return
        self._left.set()
        try:
            self.call_later(self.exit)
        except (RuntimeError, ScreenStackError):
            return
