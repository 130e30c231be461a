"""A page over the wizard: it leaves once, whatever keys were typed before it was gone."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType


class OverScreen(ModalScreen[ScreenResultType]):
    """What all pages over the wizard have in common."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave; a second Enter of a quick hand finds nothing left to do."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
