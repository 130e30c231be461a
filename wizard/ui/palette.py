"""Everything by name."""

from __future__ import annotations

import contextlib
from typing import Any

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.css.query import NoMatches
from textual.widgets import Input

from wizard.ui.composed import Composed
from wizard.ui.sized import Sized


class Palette(Sized, Composed, CommandPalette):
    """Textual's palette, whose cursor blinks, and whose list fails on page keys while it is still empty."""

    def on_mount(self) -> None:
        """Nothing is sent while nobody types."""
        self.query_one(Input).cursor_blink = False

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Leave, once: see OverScreen."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def _refresh_command_list(self, *given: Any) -> None:
        """Show what was found; a search may end when the palette is gone."""
        try:
            super()._refresh_command_list(*given)
        except NoMatches:
            if self.is_active:
                raise

    def _action_command_list(self, action: str) -> None:
        with contextlib.suppress(KeyError):
            super()._action_command_list(action)
