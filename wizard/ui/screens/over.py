"""A page over the wizard: it leaves once, whatever keys were typed before it was gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.await_complete import AwaitComplete
from textual.css.query import NoMatches
from textual.screen import ModalScreen, ScreenResultType

from wizard.ui.composed import Composed
from wizard.ui.sized import Sized


class OverScreen(Sized, Composed, ModalScreen[ScreenResultType]):
    """What all pages over the wizard have in common."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave; a second Enter of a quick hand finds nothing left to do."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def call_after_refresh(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """As Textual's, for a page that is still there by then."""

        def there() -> Any:
            try:
                return callback(*args, **kwargs) if self.is_attached else None
            except NoMatches:
                if self.is_active:
                    raise
            return None

        return super().call_after_refresh(there)
