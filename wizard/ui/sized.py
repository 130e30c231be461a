"""A screen that is as large as its app, and of no other size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import Event, Resize

if TYPE_CHECKING:
    from textual.widget import Widget as Base
else:
    Base = object  # as in wizard.ui.composed


class Sized(Base):
    """Takes no size that its app has no more.

    Textual lays a screen out for each size it is told, and by that tells it the size again. With two of them on their
    way at once, as where a terminal is dragged, it is laid out for one and then for the other for ever.
    """

    async def on_event(self, event: Event) -> None:
        """As Textual's, but for a size of a moment ago."""
        if not (isinstance(event, Resize) and event.size != self.app.size):
            await super().on_event(event)
