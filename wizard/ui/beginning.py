"""How the wizard begins: a first frame at once, then all that it need not wait for, then a word to who comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from wizard.domain.machine import Machine
from wizard.questions.steps import where
from wizard.session.draft import Draft
from wizard.session.results import Refused
from wizard.ui import phrases
from wizard.ui.moving import Moving
from wizard.ui.stage import Stage
from wizard.ui.surface import Surface


class Whole(Stage, Protocol):
    """A stage with the parts that come after the first frame."""

    surface: Surface
    moving: Moving
    overlays: Any
    filing: Any
    taking: Any
    keying: Any

    def ask_about(self, *given: Any) -> Any:
        """Go on with a model that is found nowhere."""
        ...

    def keep(self) -> None:
        """Keep a draft."""
        ...

    def call_later(self, callback: Callable[..., Any], *given: Any) -> bool:
        """Call once nothing else waits."""
        ...

    def set_interval(self, interval: float, callback: Callable[[], Any]) -> Any:
        """Call again and again, so many seconds apart."""
        ...


class Beginning:
    """From the first frame until every page is there."""

    def __init__(self, screen: Whole) -> None:
        self.screen = screen
        self.mounted = self._completing = False
        self.greeting: str | None = None
        """What stands in the help line until something is typed, whatever a page says when it is opened."""

    def first(self) -> None:
        """Draw the first state."""
        self.screen.draw()
        self.screen.call_after_refresh(self.screen.moving.focus_page)
        self.mounted = True

    def seen(self) -> None:
        """A frame has been shown: now comes all that the first one need not wait for."""
        if self.mounted and not self._completing:
            self._completing = True
            self.screen.call_later(self._complete)

    async def _complete(self) -> None:
        from wizard.ui import ahead, filing, keying, overlays, taking

        screen = self.screen
        ahead.collect_again()
        screen.overlays, screen.filing = overlays.Overlays(screen), filing.Filing(screen)
        screen.taking = taking.Taking(screen, screen.ask_about)
        screen.keying = keying.Keying(screen)
        screen.session.judge()
        screen.draw()
        if not await screen.surface.add_pages():
            return
        self.ahead = ahead.Ahead(screen.session.state, screen.surface.draw_page)
        self.preparing = screen.set_interval(0.001, self._prepare)
        screen.app.screen_is_whole()  # type: ignore[attr-defined]

    def _prepare(self) -> None:
        if not self.ahead.some():
            self.preparing.stop()

    def machine_found(self, machine: Machine) -> None:
        """The probe has answered."""
        screen = self.screen
        first, at = screen.session.found is None, screen.focused
        seen = screen.session.machine_seen(machine)
        if seen is not None:
            screen.draw()
        if first and at is not None and at.id == "machines":
            screen.moving.focus_page()  # without a GPU it begins elsewhere
        if seen is not None and (says := phrases.machine_seen(seen)):
            screen.say(says)
        self.take_data()

    def resume(self, draft: Draft) -> None:
        """Go on with a draft, at the step and with the file name that it was at; or say why that can't be."""
        screen = self.screen
        done = screen.session.resume(draft)
        if isinstance(done, Refused):
            screen.say(phrases.refused(done))
            return
        screen.surface.name_target()
        screen.keep()
        screen.moving.arrive()
        self.greeting = phrases.resumed(done)
        screen.say(self.greeting)

    def take_data(self) -> None:
        """What the person named as they started, as if it were typed now."""
        from wizard.session.named_data import take_named

        session = self.screen.session
        done = take_named(session)
        if isinstance(done, Refused):
            self.greeting = phrases.refused(done)
            self.screen.say(self.greeting)
        elif done is not None:
            self.greeting = phrases.answered(done, f"at {where('data', session.steps)}")
            self.screen.took(done, self.greeting)

    def greeted(self) -> None:
        """Whatever a page says is heard from now on."""
        self.greeting = None
