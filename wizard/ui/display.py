"""Where the wizard goes beyond what Textual promises: how the screen is sent, and how large the terminal is.

What of Textual this rests on is private and may change in any release. It is looked at before the start: where it is
not as known, Textual's own display is used, which sends more and shows the same.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from typing import Any

from rich.console import Console, RenderableType
from rich.segment import Segment
from textual.app import App
from textual.driver import Driver
from textual.events import Resize
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip

LEAST = (40, 12)
"""Columns and rows. A smaller terminal shows the upper left of a screen: widgets without any width end Textual."""
_missing: str | None = None
try:
    from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate

    from wizard.ui.frame_diff import DiffUpdate, TerminalCells
except ImportError as error:
    _missing = str(error)


class SparingDisplay:
    """Sends of each update of an app what the terminal does not show yet; nothing while `muted` holds.

    `unknown`: what of this Textual is not as known, so that its own display is left in place; None where all is.
    """

    def __init__(self, app: App[Any], muted: Callable[[], bool]) -> None:
        self._app = app
        self._muted = muted
        self.unknown = unknown_part(app)
        if self.unknown is None:
            self.cells = TerminalCells()
            self._theirs = app._display
            app._display = self._show  # type: ignore[method-assign]

    def again(self) -> None:
        """The terminal may show anything: send everything once more."""
        if self.unknown is None:
            self.cells.forget()
        self._app.screen.refresh()

    def resized(self) -> None:
        """A terminal that was made narrower and wide again has lost what stood there, and Textual sees no change."""
        if self.unknown is None and self.cells.known:
            self.again()

    def _show(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if self._muted():
            return
        if not isinstance(renderable, LayoutUpdate | ChopsUpdate):
            self._theirs(screen, renderable)
            return
        app = self._app
        update: Any = DiffUpdate(self.cells, renderable, _shown_size(app))
        writes = app._running and not (app._closed or app.is_headless or app._batch_count)
        stays = app.screen.outer_size.clamp_offset(app.cursor_position) == app._previous_cursor_position
        if writes and stays and not update.render_segments(app.console):
            app.post_display_hook()  # else Textual would say again where the cursor is
        else:
            self._theirs(screen, update)


def unknown_part(app: App[Any]) -> str | None:
    """The first part of Textual that is not as this file knows it; None where all are."""
    if _missing is not None:
        return _missing
    calls = {
        "App._display": (App, "_display", ["self", "screen", "renderable"]),
        "App.post_display_hook": (App, "post_display_hook", ["self"]),
        "CompositorUpdate.render_segments": (CompositorUpdate, "render_segments", ["self", "console"]),
        "LayoutUpdate": (LayoutUpdate, "__init__", ["self", "strips", "region"]),
        "ChopsUpdate": (ChopsUpdate, "__init__", ["self", "chops", "spans", "chop_ends"]),
    }
    for name, (owner, attribute, takes) in calls.items():
        if parameters(getattr(owner, attribute, None)) != takes:
            return name
    values = {"_running": bool, "_closed": bool, "is_headless": bool, "_batch_count": int,
              "cursor_position": Offset, "_previous_cursor_position": Offset}  # fmt: skip
    for name, kind in values.items():
        if not isinstance(getattr(app, name, None), kind):
            return f"App.{name}"
    if not hasattr(app, "_driver"):
        return "App._driver"
    return None if _draws() else "LayoutUpdate and ChopsUpdate"


def _draws() -> bool:
    """Whether updates hold what is read of them."""
    strip, size, console = Strip([Segment("a")]), Size(1, 1), Console(force_terminal=True)
    updates = (LayoutUpdate([[strip]], Region(0, 0, 1, 1)), ChopsUpdate([{0: strip}], [(0, 0, 1)], [[1]]))
    try:
        return all("a" in TerminalCells().diff(update, console, size) for update in updates)
    except (AttributeError, TypeError, ValueError, KeyError, IndexError):
        return False


def parameters(call: object) -> list[str]:
    """The names of what a function takes; none where it is no function."""
    try:
        return list(inspect.signature(call).parameters)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return []


def on_own_terminal(driver: type[Driver]) -> type[Driver]:
    """A driver that asks the terminal on which it draws, stderr, for its size, and never lays out for less than LEAST.

    Textual's asks stdout, which may be a file or a pipe, and believes an exported COLUMNS, which no resize changes.
    """
    if parameters(getattr(driver, "_get_terminal_size", None)) != ["self"]:
        return driver

    class OnOwnTerminal(driver):  # type: ignore[misc, valid-type]
        draws_on_stderr = True

        def __init__(self, *given: Any, **named: Any) -> None:
            named["size"] = named.get("size") or _laid_out(terminal_size())
            super().__init__(*given, **named)

        def _get_terminal_size(self) -> tuple[int, int]:
            found: tuple[int, int] = _laid_out(terminal_size() or super()._get_terminal_size()) or LEAST
            return found

        def process_message(self, message: Message) -> None:
            if isinstance(message, Resize):  # a terminal may tell its new size itself
                size = Size(*(_laid_out(message.size) or LEAST))
                message = Resize(size, size, pixel_size=message.pixel_size)
            super().process_message(message)

    return OnOwnTerminal


def _laid_out(size: tuple[int, int] | None) -> tuple[int, int] | None:
    """What a screen is laid out for on a terminal of this size."""
    return (max(size[0], LEAST[0]), max(size[1], LEAST[1])) if size is not None else None


def _shown_size(app: App[Any]) -> Size:
    """What of a screen the terminal has room for."""
    found = terminal_size() if getattr(app._driver, "draws_on_stderr", False) else None
    return Size(*found) if found is not None else app.size


def terminal_size() -> tuple[int, int] | None:
    """Columns and rows of the terminal on stderr; None where it is none or does not tell."""
    try:
        columns, rows = os.get_terminal_size(sys.__stderr__.fileno()) if sys.__stderr__ is not None else (0, 0)
    except (OSError, ValueError):
        return None
    return (columns, rows) if columns > 0 and rows > 0 else None
