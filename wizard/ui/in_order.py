"""One key after the other: none acts before the one that was typed before it is done.

A key goes to the widget with the focus, and from there up to the app, which runs what it is bound to. On a slow line or
a busy machine several come at once: a key of the app's own (the next step, write) would overtake those still on their
way, and an Enter would then answer a question of the next page.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque

from textual import on
from textual.app import App
from textual.events import Event, InputEvent, Key, Paste
from textual.message import Message

PATIENCE = 0.5
"""Seconds after which a key counts as done that went to a widget which is gone."""


class KeyDone(Message):
    """Follows a key on its way: when it arrives at the app, the key has."""


class InOrderApp(App[None]):
    """What is typed is taken in its order: before every page is there, and while a key is on its way."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._early: list[Event] | None = []
        self._held: deque[Event] = deque()
        self._under_way: KeyDone | None = None

    @property
    def whole(self) -> bool:
        """Whether every page is there, and what is typed is taken as it comes."""
        return self._early is None

    async def take_early(self) -> None:
        """Every page is there: on with what was typed before."""
        early, self._early = self._early or [], None
        for event in early:
            await self.on_event(event)

    def goes(self, event: Key) -> bool:
        """Whether a key leads somewhere at once, whatever has the focus; it has been done then."""
        return False

    async def on_event(self, event: Event) -> None:
        """What is typed waits for what was typed before it."""
        if not isinstance(event, InputEvent | Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        if self._early is None and not self.screen.is_mounted:
            with contextlib.suppress(asyncio.TimeoutError):  # it was opened a moment ago; it may be gone before it is
                await asyncio.wait_for(self.screen._mounted_event.wait(), PATIENCE)
        if self._early is not None:
            self._early.append(event)
        elif self._under_way is not None:
            self._hold(event)
        else:
            await self._take(event)

    def _hold(self, event: Event) -> None:
        if not self._held:
            self._watch()
        self._held.append(event)

    def _watch(self) -> None:
        """The mark of a key is lost with its widget: what waits does not wait for ever."""
        mark = self._under_way
        if mark is not None:
            self.set_timer(PATIENCE, lambda: self.post_message(mark))

    async def _take(self, event: Event) -> None:
        if isinstance(event, Key) and self.goes(event):
            return
        target = self.focused or self.screen
        await super().on_event(event)
        mark = KeyDone()
        if isinstance(event, Key) and event.is_forwarded and target.post_message(mark):
            self._under_way = mark

    @on(KeyDone)
    async def _go_on(self, event: KeyDone) -> None:
        """A key has been all the way to its end: on with the next."""
        if event is not self._under_way:
            return
        self._under_way = None
        while self._held and self._under_way is None:
            await self._take(self._held.popleft())
        if self._held:
            self._watch()
