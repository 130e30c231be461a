"""When the draft of a wizard is saved, and when it is dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from wizard.session.draft import Draft, draft_of, to_mapping
from wizard.session.history import PastState
from wizard.session.past import kept_past
from wizard.session.ports import DraftStore
from wizard.session.state import State


def local_time() -> str:
    """The present time with its zone, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


class Keeper:
    """Saves a draft once for each state, step and file name, while there is work that no file has."""

    def __init__(self, drafts: DraftStore, now: Callable[[], str]) -> None:
        self._drafts = drafts
        self._now = now
        self._last: tuple[State, int, str] | None = None
        self._saved = False
        self._written: State | None = None
        self.resumed: Draft | None = None
        """The draft that this wizard went on with."""

    def unwritten(self, state: State, changed: bool) -> bool:
        """Whether there is work that no file has. `changed`: something was, and was not undone."""
        return (changed or self.resumed is not None) and state != self._written

    def took(self, draft: Draft) -> None:
        """A draft is gone on with: it is this wizard's now."""
        self._drafts.take(draft)
        self.resumed, self._saved = draft, True

    def keep(self, state: State, step: int, target: str, past: Sequence[PastState]) -> None:
        """Save the draft, or drop it where all was undone or is written. `past`: the changes that led to the state."""
        moment = state, step, target
        if moment == self._last:
            return
        self._last = moment
        if self.unwritten(state, bool(past)):
            kept = kept_past(past, state)
            self._drafts.keep(to_mapping(draft_of(state, step=step, target=target, saved=self._now(), past=kept)))
            self._saved = True
        elif self._saved:
            self._drafts.forget()
            self._saved = False

    def wrote(self, state: State) -> None:
        """A file holds this state now."""
        self._written, self._saved = state, False
        self._drafts.forget()

    def is_written(self, state: State) -> bool:
        """Whether a file was written with just this."""
        return state == self._written
