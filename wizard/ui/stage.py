"""What the parts of the wizard's screen need of it; so they know nothing of the screen itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol

from textual.app import App
from textual.widget import Widget

from wizard.session.conversation import Conversation
from wizard.session.results import Result
from wizard.ui.widgets.page import Page

if TYPE_CHECKING:  # the first page has no questions
    from wizard.ui.widgets.entry_field import EntryField
    from wizard.ui.widgets.field import Field


class Canvas(Protocol):
    """Where a conversation is drawn and something can be said."""

    session: Conversation

    def draw(self) -> None:
        """Draw what is seen of the conversation."""
        ...

    def say(self, text: str) -> None:
        """One sentence in the help line."""
        ...

    def took(self, done: Result, says: str = "") -> None:
        """Draw what an action has made, and say this, or what an answer has to be said of."""
        ...

    def from_beside(self, call: Callable[..., object], *given: object) -> None:
        """Call from another thread, if the screen is still there."""
        ...


class Stage(Canvas, Protocol):
    """The same with pages, questions and the focus."""

    @property
    def app(self) -> App[Any]:
        """The application, which shows other screens."""
        ...

    @property
    def page(self) -> Page:
        """The page of the present step."""
        ...

    @property
    def field(self) -> Field | None:
        """The question with the focus."""
        ...

    @property
    def focused(self) -> Widget | None:
        """What has the focus."""
        ...

    @property
    def focus_chain(self) -> list[Widget]:
        """What can have it, in its order."""
        ...

    def question(self, identity: str) -> Field | None:
        """The field of a question; None where it does not arise."""
        ...

    def boxes(self) -> Iterable[EntryField]:
        """Every box of a question."""
        ...

    def turn(self) -> None:
        """Turn to the page of the present step."""
        ...

    def action_go(self, step: int) -> None:
        """To a step."""
        ...

    def set_focus(self, widget: Widget | None, scroll_visible: bool = True) -> None:
        """Give the focus to a widget, or take it away."""
        ...

    def focus_next(self) -> Widget | None:
        """Give the focus to the next one."""
        ...

    def call_after_refresh(self, callback: Callable[..., Any], *given: Any) -> bool:
        """Call once everything is drawn."""
        ...
