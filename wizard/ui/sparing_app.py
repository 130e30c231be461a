"""What every full screen of memwizard has in common: how it looks, how it is sent, how it ends."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Sequence

from textual import on
from textual.driver import Driver
from textual.filter import LineFilter

from wizard.ui import background, messages
from wizard.ui.ascii_filter import AsciiFilter
from wizard.ui.display import SparingDisplay, on_own_terminal
from wizard.ui.in_order import InOrderApp
from wizard.ui.look import Look
from wizard.ui.pausing import Pausing
from wizard.ui.themes import ANSI, THEMES, of_background


class SparingApp(InOrderApp):
    """Drawn on stderr, of which only what differs is sent. `crash`: a defect of ours, as a traceback."""

    def __init__(self, look: Look | None = None) -> None:
        self.look = look or Look()
        # said before the start: Textual chooses its colour filters here
        super().__init__(ansi_color=True if self.look.colourless else None)
        self.crash: str | None = None
        self.animation_level = "none"
        self.pausing = Pausing()
        self._left = threading.Event()
        self._shows = False
        self.sparing_display = SparingDisplay(self, self.muted)
        self._ascii = AsciiFilter(enabled=self.look.ascii)
        for theme in THEMES:
            self.register_theme(theme)

    def muted(self) -> bool:
        """Whether nothing is to be drawn any more."""
        return self._left.is_set()

    def get_driver_class(self) -> type[Driver]:
        """Textual's, asking the terminal on which it draws for its size."""
        return on_own_terminal(super().get_driver_class())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's, and after them ours."""
        return [*super().get_line_filters(), *([self._ascii] if self._ascii.enabled else [])]

    def action_redraw(self) -> None:
        """Send everything again: the line may have lost something."""
        self.sparing_display.again()

    def on_resize(self) -> None:
        """What the terminal shows is not known any more."""
        self.sparing_display.resized()

    def on_load(self) -> None:
        """Take the theme before any rule of style is read: with another one all would be read again."""
        self.theme = ANSI if self.look.colourless else self.look.theme
        self._asks = self.look.asks and background.hear(self._told_background)
        self.stylesheet.set_variables(self.get_css_variables())

    def refresh_css(self, animate: bool = True) -> None:
        """Style everything anew; not at the start, where Textual asks for it too: all is as it was just read."""
        if self._shows:
            super().refresh_css(animate)

    def begins(self) -> None:
        """Its first screen is whole: name the terminal's window, and ask whether it is light or dark."""
        self.call_later(self.take_early)
        if self._driver is not None and not self.is_headless:
            self._driver.write(f"\x1b]2;{self.TITLE}\x07{background.ASKS if self._asks else ''}")

    def _told_background(self, light: bool) -> None:
        """In the thread that reads keys."""
        self.post_message(messages.BackgroundTold(light))

    @on(messages.BackgroundTold)
    def follow_background(self, event: messages.BackgroundTold) -> None:
        """The terminal's own light or dark, where the person has named no theme."""
        self.theme = of_background(self.theme, light=event.light)

    def _fatal_error(self) -> None:
        """A defect of ours: Textual would print every local variable, tokens among them."""
        self.crash = self.crash or traceback.format_exc()
        self._close_messages_no_wait()

    def on_unmount(self) -> None:
        """The watch ends, and so does what a stop of the process would begin."""
        self._left.set()
        self.pausing.end()
