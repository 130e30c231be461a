"""A part of the screen that is mounted with all that it is composed of, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import Event, Mount, Resize

if TYPE_CHECKING:
    from textual.widget import Widget as Base
else:
    Base = object  # Textual takes the styles of the first base that is a widget: they shall be those of the other one


class Composed(Base):
    """Gone before it was composed, it has no parts, and `on_mount` and `on_resize` would look for them.

    Textual tells it all the same that it is mounted: a key that leaves may come right after one that opens.
    """

    @property
    def leaves(self) -> bool:
        """Whether its parts are not there: it is going, or has gone before it was composed."""
        return self._closing or self._pruning or not self.children

    async def on_event(self, event: Event) -> None:
        """As Textual's, but for the first words to what is already leaving."""
        if not (self.leaves and isinstance(event, Mount | Resize)):
            await super().on_event(event)
